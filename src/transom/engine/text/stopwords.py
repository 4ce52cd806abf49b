"""Words that say little about a text's subject, by language; folded as `tokens.fold` folds."""

_WORDS = {
    "en": """a about above after again all also am an and any are as at be because been before being below between
    both but by can could did do does doing done down during each even every few for from further get had has have
    having he her here hers him his how i if in into is it its just like made make many may me might more most much
    must my no nor not now of off on once one only or other our out over own s same she should so some such t than
    that the their them then there these they this those through to too under until up us very was we were what
    when where which while who whom why will with would you your""",
    "de": """aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da
    damit dann das dass dein dem den denn der des die dies diese diesem diesen dieser dieses doch dort du durch ein
    eine einem einen einer eines er es etwas euch fur gegen hab habe haben hat hatte hatten hier hin hinter ich ihm
    ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes kann kein keine konnen mal man
    mehr mein mit muss nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seit sich sie
    sind so soll sollte sondern sonst uber um und uns unser unter viel vom von vor wann war waren warum was weil
    welche wenn wer werden wie wieder will wir wird wo wurde wurden zu zum zur zwar zwischen""",
    "fr": """a ai alors au aucun aussi autre aux avant avec avoir c ca car ce cela ces cet cette ceux chaque comme
    comment d dans de depuis des deux doit donc du elle elles en encore entre est et etaient etait ete etre eu fait
    faire font il ils j je jusque l la le les leur leurs lors lui m ma mais me meme mes moins mon n ne nos notre nous
    on ont ou par parce pas peu peut plus pour pourquoi qu quand que quel quelle quelles quels qui s sa sans se sera
    ses si son sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un une vers vos votre vous y""",
    "es": """a al algo algunos ante antes aqui asi aun aunque cada como con contra cual cuando de del desde donde
    dos durante e el ella ellas ellos en entre era es esa esas ese eso esos esta estaba estan estas este esto estos
    fue fueron ha hace hacia han hasta hay la las le les lo los mas me mi mientras mis mucho muy nada ni no nos
    nosotros o os otra otras otro otros para pero poco por porque pues que quien se sea segun ser si sido sin sobre
    solo son su sus tambien tan tanto te tiene tienen toda todas todo todos tras tu tus un una unas uno unos y ya yo""",
    "it": """a ad agli ai al alla alle allo anche ancora avere c che chi ci come con contro cosa cui da dai dal dalla
    dalle degli dei del della delle dello di dopo dove e ecco ed era essere fra gia gli ha hanno ho i il in io l la le
    lei li lo loro lui ma mi mia mio molto ne negli nei nel nella nelle no noi non nostro o ogni per perche piu poi
    prima qual quale quando quanto quella quelle quelli quello questa queste questi questo qui se sei senza si sia
    siamo sono sopra sta su sua sue sugli sui sul sulla suo suoi tra tu tutti tutto un una uno voi""",
    "nl": """aan al alle als altijd ander andere bij daar dan dat de der deze die dit doch doen door dus een en er
    ge geen haar had hebben heeft hem het hier hij hoe hun ik in is ja je kan kon kunnen maar me meer men met mij mijn
    moet na naar niet niets nog nu of om omdat ons ook op over te tegen toch toen tot u uit uw van veel voor want
    waren was wat we wel werd wezen wie wij wil worden wordt ze zelf zich zij zijn zo zonder zou""",
    "pt": """a ao aos aquela aquele aqui as assim ate com como da das de dela dele deles depois do dos e ela elas ele
    eles em entre era essa esse esta estao estas este estes eu foi foram ha isso isto ja lhe mais mas me mesmo meu
    minha muito na nao nas nem no nos nossa nosso num numa o os ou para pela pelas pelo pelos por porque qual quando
    que quem se seja sem ser seu seus so sobre sua suas tambem te tem tinha toda todas todo todos tu um uma umas uns
    voce""",
    "sv": """alla allt att av blev bli blir da de dem den denna deras dess det detta dig din dock du efter ej eller en
    er ett fran for ha hade han har hon hur i icke in inte jag kan kunde man med men mig min mot mycket nar nu nagon
    nagot och om oss pa sa sedan sig sin ska skulle som till under upp ut utan vad var vara varit vi vid vill vilka
    over""",
    "ar": """في من علي الي عن مع هذا هذه ذلك تلك التي الذي الذين ما لا لم لن ان او ثم كان كانت يكون هو هي هم نحن انا
    انت كل بعض غير بين بعد قبل عند حتي اذا قد كما لكن حول خلال وهو وهي وقد وفي ومن ولا وما وان ايضا اي منذ حيث""",
    "da": """af alle at blev bliver da de den denne der deres det dette dig din dog du efter eller en end er et for
    fra ham han har havde hun hvad hvis hvor i ikke ind jeg jo kan kunne man med meget men mig min mod nar nogle nu og
    om op os over pa sa selv sig sin skal skulle som til ud under var ved vi vil ville vore""",
}
STOPWORDS: dict[str, frozenset[str]] = {
    language: frozenset(text.split()) for language, text in _WORDS.items()
}
STOPWORDS["no"] = STOPWORDS["nb"] = STOPWORDS["da"]

# Words that half of all headlines share; they tell no two stories apart.
HEADLINE_WORDS = frozenset(
    """
    announce announced announcing announcement article best blog call day days edition episode first free guide
    introducing intro introduction issue join last late latest launch launched learn link links list look month
    monthly need new newsletter next news note notes now open part podcast post question questions read reading
    recap release released report review roundup see series set start state story summary thing things thought
    thoughts time tip tips today top update updated updates use using version video watch way ways webinar week
    weekly welcome work year years
    neu neue neuer neues woche heute jahr bericht teil nouveau nouvelle semaine aujourd annee partie nuevo nueva
    semana hoy ano parte
    """.split()
)
