"""The users' contract implemented: a table of contents; each noun's verbs stand in a module of its own."""

from apps.users.service import accounts, imports, passwords, privacy, profiles, reading, staff
from idl import common, users


class Service(users.UsersService):
    """Who shops and works here. Staff may see anybody; everyone else only themselves."""

    def sign_up(self, email: str, password: str, name: str) -> None:
        """Asks for an account."""
        accounts.sign_up(email, password, name)

    def verify_email(self, token: str) -> None:
        """Proves an address."""
        accounts.verify_email(token)

    def resend_verification(self) -> None:
        """Sends the e-mail to verify once more."""
        accounts.resend_verification()

    def verify_password(self, email: str, password: str) -> users.User:
        """The user whom address and password fit."""
        return passwords.verify(email, password)

    def authenticate_staff(self, email: str, password: str, address: str | None = None) -> users.StaffMember:
        """The member of staff whom address and password fit."""
        return staff.authenticate(email, password, address)

    def get_staff(self, id: str) -> users.StaffMember:
        """A member of staff who works here still."""
        return staff.get(id)

    def get_users(self, ids: list[str]) -> list[users.User]:
        """The users of these ids that the viewer may see."""
        return reading.get_users(ids)

    def find_verified(self, emails: list[str]) -> list[users.User]:
        """The users who have proven that one of these addresses is theirs."""
        return reading.find_verified(emails)

    def update_profile(self, name: str | None = None, settings: dict[str, str] | None = None) -> users.User:
        """Changes the viewer's name and settings."""
        return profiles.update(name, settings)

    def put_address(
        self, id: str | None, address: common.Address, label: str | None, is_default: bool
    ) -> users.UserAddress:
        """Adds or rewrites one of the viewer's addresses."""
        return profiles.put_address(id, address, label, is_default)

    def remove_address(self, id: str) -> None:
        """Removes one of the viewer's addresses."""
        profiles.remove_address(id)

    def change_password(self, old_password: str, new_password: str) -> None:
        """Changes the viewer's password."""
        passwords.change(old_password, new_password)

    def request_password_reset(self, email: str) -> None:
        """Asks for an e-mail to set another password."""
        passwords.request_reset(email)

    def reset_password(self, token: str, new_password: str) -> None:
        """Sets another password with a token."""
        passwords.reset(token, new_password)

    def deactivate(self, user_id: str) -> None:
        """Closes an account."""
        accounts.deactivate(user_id)

    def reactivate(self, user_id: str) -> None:
        """Opens a closed account again."""
        accounts.reactivate(user_id)

    def export_data(self) -> str:
        """All that the shop holds about the viewer, as JSON."""
        return privacy.export()

    def erase(self, password: str) -> None:
        """Erases the viewer's personal data for good, for callers that do not know OpenOrders."""
        try:
            privacy.erase(password)
        except users.OpenOrders as refusal:
            raise users.WrongCredentials(message=refusal.message) from refusal

    def erase_account(self, password: str) -> None:
        """Erases the viewer's personal data for good."""
        privacy.erase(password)

    def add_staff(self, email: str, name: str) -> users.User:
        """Gives a colleague an account."""
        return accounts.add_staff(email, name)

    def set_role(self, user_id: str, role: int) -> users.User:
        """Makes a user staff or a customer."""
        return accounts.set_role(user_id, role)

    def import_users(self, users: list[users.UserImport]) -> list[str]:
        """Brings known users in at once."""
        return imports.import_users(users)
