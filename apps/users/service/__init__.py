"""The users' contract and the functions that implement it."""

from apps.users.service import accounts, imports, passwords, privacy, profiles, reading, staff
from idl import users


class Service(users.UsersService):
    """idl/users.thrift, implemented."""

    sign_up = staticmethod(accounts.sign_up)
    verify_email = staticmethod(accounts.verify_email)
    resend_verification = staticmethod(accounts.resend_verification)
    verify_password = staticmethod(passwords.verify)
    authenticate_staff = staticmethod(staff.authenticate)
    get_staff = staticmethod(staff.get)
    get_users = staticmethod(reading.get_users)
    find_verified = staticmethod(reading.find_verified)
    update_profile = staticmethod(profiles.update)
    put_address = staticmethod(profiles.put_address)
    remove_address = staticmethod(profiles.remove_address)
    change_password = staticmethod(passwords.change)
    request_password_reset = staticmethod(passwords.request_reset)
    reset_password = staticmethod(passwords.reset)
    deactivate = staticmethod(accounts.deactivate)
    reactivate = staticmethod(accounts.reactivate)
    export_data = staticmethod(privacy.export)
    erase = staticmethod(privacy.erase)
    erase_account = staticmethod(privacy.erase_account)
    add_staff = staticmethod(accounts.add_staff)
    set_role = staticmethod(accounts.set_role)
    import_users = staticmethod(imports.import_users)
