"""What is no evidence, and what is common: words, hosts and names known beforehand."""

from __future__ import annotations

from typing import Final

PLACEHOLDER_NAMES: Final = frozenset(
    """
    unknown none null nil nobody anonymous anon noname name user username guest me you root admin administrator
    webmaster postmaster localhost test tester testing example default undefined author authors editor owner
    ubuntu debian fedora vagrant docker jenkins travis pi mac macbook pc laptop desktop home your developer dev
    ghost deleted undersigned misc various others git github gitlab svn hg bot staff
    he him his she her hers they them theirs
    """.split()
)
"""Names that say nothing about who wrote: of machines, roles and forms left as they were."""

ROLE_WORDS: Final = frozenset(
    """
    team teams group committee council board foundation project community core organization organisation
    inc ltd llc gmbh corp corporation company university institute department office bot bots automation robot
    editors editorial staff admin administrators maintainers contributors developers authors newsletter news
    blog press service services support security release releases infrastructure working wg chairs secretariat
    association society consortium magazine podcast weekly jobs action actions ci meetup conference director
    membership engineering labs software undersigned the
    """.split()
)
"""Words that turn a name into that of a body, a programme or an office."""

ROLE_MAILS: Final = frozenset(
    """
    info admin administrator contact hello hi mail email office team support help sales press news newsletter
    noreply no-reply no_reply donotreply do-not-reply devnull dev-null null none nobody unknown anonymous root
    postmaster webmaster hostmaster abuse security privacy legal jobs career careers hr billing accounts accounting
    list lists announce bounce bounces mailer-daemon daemon bot bots ci build builds jenkins travis github gitlab git
    svn user users test testing me my self you ubuntu debian vagrant docker pi localhost editor editors
    editorial marketing service services secretary secretariat chair events registration feedback enquiries
    dev devel developer developers owner work home email gmail your youremail example name www web blog rust python
    """.split()
)
"""Local parts that many write behind, or that say nothing about who does."""

TITLES: Final = frozenset(
    "dr prof professor mr mrs ms miss sir dame rev jr sr ii iii iv phd md msc bsc mba esq dipl ing".split()
)

UNROUTABLE: Final = frozenset(
    "localhost localdomain local lan home internal invalid example test none intranet corp arpa".split()
)
"""Last labels of hosts that are nobody's on the public network (RFC 2606, RFC 6762 and habit)."""

PROVIDERS: Final = frozenset(
    """
    gmail.com googlemail.com hotmail.com hotmail.co.uk hotmail.fr outlook.com live.com msn.com yahoo.com yahoo.co.uk
    yahoo.co.in yahoo.fr yahoo.de ymail.com rocketmail.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.com
    gmx.at gmx.ch web.de t-online.de freenet.de mail.ru yandex.ru yandex.com bk.ru list.ru inbox.ru rambler.ru
    ukr.net qq.com foxmail.com 163.com 126.com 139.com yeah.net sina.com sina.cn sohu.com aliyun.com naver.com
    hanmail.net daum.net protonmail.com protonmail.ch proton.me pm.me tutanota.com tutanota.de tuta.io tuta.com
    fastmail.com fastmail.fm hey.com posteo.de posteo.net mailbox.org riseup.net disroot.org zoho.com mail.com
    orange.fr free.fr laposte.net wanadoo.fr sfr.fr libero.it alice.it virgilio.it tin.it telenet.be skynet.be
    bluewin.ch ziggo.nl xs4all.nl seznam.cz centrum.cz wp.pl o2.pl onet.pl interia.pl op.pl abv.bg rediffmail.com
    comcast.net verizon.net att.net sbcglobal.net cox.net btinternet.com bigpond.com duck.com uol.com.br bol.com.br
    terra.com.br github.com users.noreply.github.com noreply.github.com
    """.split()
)
"""Where anybody gets a mailbox: the domain says nothing."""

NOREPLY_HOSTS: Final = {
    "users.noreply.github.com": "github",
    "users.noreply.gitlab.com": "gitlab",
    "users.noreply.codeberg.org": "codeberg",
    "noreply.codeberg.org": "codeberg",
}
"""Addresses made of an account: [number+]handle@host."""

EVERYBODYS_HOSTS: Final = frozenset(
    """
    github.com gitlab.com codeberg.org bitbucket.org sourceforge.net medium.com dev.to youtube.com youtu.be vimeo.com
    twitter.com x.com facebook.com linkedin.com reddit.com news.ycombinator.com lobste.rs arxiv.org doi.org amazon.com
    google.com docs.google.com wikipedia.org stackoverflow.com meetup.com eventbrite.com slideshare.net
    speakerdeck.com infoq.com hackernoon.com towardsdatascience.com crates.io docs.rs npmjs.com lu.ma
    t.me telegram.me instagram.com twitch.tv patreon.com notion.so hackmd.io substack.com wordpress.com blogspot.com
    mastodon.social bsky.app zoom.us freecodecamp.org dzone.com archive.org
    """.split()
)
"""Where everybody writes: the domain says nothing, the account on it may."""

_VERY_COMMON: Final = """
    wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin nguyen tran le kim lee park singh kumar
    khan ali ahmed mohammed muhammad mohamed sharma smith garcia 王 李 张 刘 陈 杨 黄 赵 吴 周 김 이 박 최 정
    maria john david michael jose wei james robert daniel anna
    """
_COMMON: Final = """
    johnson williams brown jones miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas taylor
    moore jackson martin thompson white harris clark lewis robinson walker young allen king wright scott hill green
    adams baker nelson carter mitchell roberts evans murphy kelly meyer muller schmidt schneider fischer weber
    wagner becker hoffmann rossi russo ferrari silva santos oliveira souza pereira costa fernandes fernandez perez
    sanchez ramirez torres dubois bernard petit moreau ivanov petrov novak kowalski nowak jansen johansson andersson
    hansen larsen nielsen tanaka sato suzuki takahashi watanabe ito yamamoto gupta verma mishra jain patel shah yadav
    das roy reddy rao agarwal aggarwal pandey tiwari chauhan joshi mehta nair kaur hussain hassan ahmad ibrahim abdullah
    yilmaz demir cohen levy gao luo zheng liang xie song tang deng han feng cao peng zeng xiao tian dong pan yuan cai
    jiang du lu wong chan ng tan lim choi jung jeong kang cho yoon 徐 孙 马 朱 胡 郭 何 林 高 罗 조 강 윤 장 임
    佐藤 鈴木 高橋 田中
    william richard joseph charles christopher chris matthew matt mark paul steven stephen andrew andy kevin brian
    george edward peter alex alexander nick nicholas tom tim sam ben jack josh joshua ryan adam eric jonathan jon
    mary jennifer linda elizabeth susan jessica sarah karen lisa nancy emily laura julia anne marie sophie eva
    martin stefan thomas andreas markus christian sebastian florian philipp lukas jan tobias felix max simon
    pierre jean louis nicolas antoine carlos juan luis pedro antonio francisco miguel manuel mario marco luca andrea
    giovanni francesco ivan sergey sergei alexey dmitry andrey vladimir mikhail igor pavel petr
    rahul amit abhishek ankit aditya rohit vikas sachin sandeep rajesh sanjay anil vijay arun ashish akash harsh
    mayank shubham siddhant vishal neha priya pooja yuki hiroshi takashi kenji min jun hao yu xin jie lei fei tao peng
    hui ying yan jing yi bo bin ming jian feng kai mehmet ahmet omar hassan fatima aisha
    """
COMMON: Final = dict.fromkeys(_COMMON.split(), 2.0**-9.5) | dict.fromkeys(_VERY_COMMON.split(), 2.0**-7.5)
"""Shares of people with a very common or a common name, about 0.6 % and 0.14 %: orders of magnitude only,
after the shares national statistics report (U.S. Census Bureau, Frequently Occurring Surnames, 2010; Ministry
of Public Security of China, 2020; Statistics Korea, 2015)."""

_NICKNAMES: Final = """
    alexander alexandre alexandru aleksandr alex sasha xander
    alexandra alex sasha
    alexey alexei alex
    andrew andrei andrey andy drew drei
    anthony antonio tony
    benjamin ben benny
    bradley brad
    charles charlie chuck
    christopher christian christoph kristopher chris
    christina christine cristina tina
    daniel danny dan dani
    david dave
    dmitry dmitri dimitri dima
    douglas doug
    edward eduardo ed eddie
    elizabeth liz beth eliza
    eugene evgeny yevgeny gene
    frederick frederic fred
    gabriel gabe
    gregory greg
    jacob jake
    james jim jimmy jamie
    jeffrey jeff geoffrey geoff
    jennifer jen jenny
    jessica jess
    john johnny
    john jack
    jonathan jon jonny johnathan
    joseph joe joey jose
    joshua josh
    katherine catherine kathryn kate katie cathy kathy
    kenneth ken kenny
    lawrence laurence larry
    leonard leonardo leo len
    margaret maggie meg peggy
    matthew mathew matt
    matthias mathias matt
    maximilian max
    maxwell max
    maxim max
    michael mike micky mick
    mikhail mike misha
    mohammed mohamed muhammad mohammad mohd md
    nathan nate
    nathaniel nathanael nathan nate
    nicholas nicolas nikolas nikolai niko nick nico
    oliver olivier ollie
    patrick pat paddy
    patricia pat
    peter pete
    philip phillip philipp phil
    raymond ray
    rebecca becky
    richard rick rich dick
    robert roberto rob bob bobby
    ronald ron
    samuel sam
    samantha sam
    sebastian seb basti
    sergey sergei serge
    stephen steven steve
    stefan stephan steve
    susan suzanne sue
    theodore theo ted
    edward ted
    thomas tom tommy
    timothy tim
    victor viktor vic
    victoria vicky
    vincent vince vinny
    vladimir vlad
    william will bill billy liam
    yoshua yosh
    zachary zachariah zach zack
"""


def _meanings() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_NICKNAMES.strip().splitlines()):
        for name in line.split():
            found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


NICKNAMES: Final = _meanings()
"""Given names with the groups they belong to; two are forms of one name where they share a group."""
