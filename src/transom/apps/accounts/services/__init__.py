"""What one can do with accounts: come in, be invited, say what the brief is for, leave."""

from transom.apps.accounts.services.deletion import delete_account
from transom.apps.accounts.services.first_user import first_user, only_user
from transom.apps.accounts.services.invitations import accept_invitation, invite
from transom.apps.accounts.services.links import new_sign_in_link, redeem_sign_in_link
from transom.apps.accounts.services.mail_addresses import change_email
from transom.apps.accounts.services.profiles import save_profile
from transom.apps.accounts.services.sign_in_policy import RequestFacts, needs_password, why_password

__all__ = [
    "RequestFacts",
    "accept_invitation",
    "change_email",
    "delete_account",
    "first_user",
    "invite",
    "needs_password",
    "new_sign_in_link",
    "only_user",
    "redeem_sign_in_link",
    "save_profile",
    "why_password",
]
