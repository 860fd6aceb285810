"""People: accounts, profiles, address books, passwords, and the export and erasure of personal data."""

from collections.abc import Mapping

import graphene

from apps.gateway import cache, loaders
from apps.gateway.schema import orders
from apps.gateway.schema.types import about, input_field, message, required, types
from idl import common, users
from idl import orders as orders_contract
from thriftshop import rpc
from thriftshop.graphql import connections, derive, global_ids
from thriftshop.graphql.mutations import Resolve, mutation
from thriftshop.graphql.requests import Context, Info, Input, Payload

LOGIN_REQUIRED = "Log in first, and send the token with the request."


service = rpc.aconnect(users.UsersService)


def placed(user: users.User, _info: Info) -> connections.Fetch:
    """Resolve `User.orders`."""
    return orders.find(orders_contract.OrderFilter(customer_id=user.id))


types.object(users.UserAddress, key=lambda address: address.id)
types.object(
    users.User,
    key=lambda user: user.id,
    fields={
        "resolve_settings": lambda user, _info: derive.entries(user.settings),
        "orders": connections.field_of(orders.Orders, "The user's orders, newest first.", placed),
    },
)
USER = {"user": required(lambda: types.of(users.User), "The user after the change.")}
EMAIL = {"email": input_field(graphene.String, about(users.User, "email"))}
NEW_PASSWORD = {
    "new_password": input_field(graphene.String, "The new password: 8 to 128 characters, not a common one.")
}
TOKEN = {"token": input_field(graphene.String, "The token from the e-mail.")}


async def viewer(_root: object, info: Info) -> users.User | None:
    """Resolve `Query.viewer`."""
    person = info.context.viewer
    return await loaders.user(info.context, person.id) if person else None


async def data_export(_root: object, _info: Info) -> str:
    """Resolve `Query.dataExport`."""
    document: str = await service.export_data()
    return document


async def sign_up(_context: Context, arguments: Input) -> Payload:
    """Request an account."""
    await service.sign_up(arguments["email"], arguments["password"], arguments["name"])
    return {"message": "Thank you. We have sent you an e-mail with the next step."}


async def verify_email(_context: Context, arguments: Input) -> Payload:
    """Verify an e-mail address."""
    await service.verify_email(arguments["token"])
    return {"message": "Your e-mail address is verified; you can log in."}


async def resend_verification(_context: Context, _arguments: Input) -> Payload:
    """Send the verification e-mail again."""
    await service.resend_verification()
    return {"message": "We have sent the e-mail again, unless your address is already verified."}


async def update_profile(_context: Context, arguments: Input) -> Payload:
    """Change name and settings."""
    entries = arguments.get("settings")
    settings = None if entries is None else {entry["key"]: entry["value"] for entry in entries}
    return {"user": await service.update_profile(arguments.get("name"), settings)}


async def put_address(_context: Context, arguments: Input) -> Payload:
    """Add or change an address."""
    id_ = global_ids.decode("UserAddress", arguments["id"]) if arguments.get("id") else None
    address = derive.to_struct(common.Address, arguments["address"])
    saved = await service.put_address(id_, address, arguments.get("label"), bool(arguments.get("is_default")))
    return {"address": saved}


async def remove_address(_context: Context, arguments: Input) -> Payload:
    """Remove an address."""
    await service.remove_address(global_ids.decode("UserAddress", arguments["id"]))
    return {"message": "The address is removed."}


async def change_password(_context: Context, arguments: Input) -> Payload:
    """Change the password."""
    await service.change_password(arguments["old_password"], arguments["new_password"])
    return {"message": "Your password has been changed, and all other devices are logged out."}


async def request_password_reset(_context: Context, arguments: Input) -> Payload:
    """Request an e-mail for setting a new password."""
    await service.request_password_reset(arguments["email"])
    return {"message": "If there is an account with this address, we have sent it an e-mail."}


async def reset_password(_context: Context, arguments: Input) -> Payload:
    """Set a new password."""
    await service.reset_password(arguments["token"], arguments["new_password"])
    return {"message": "Your password has been changed, and all devices are logged out. Log in with the new one."}


async def deactivate(context: Context, _arguments: Input) -> Payload:
    """Close the viewer's account."""
    if context.viewer is None:
        raise common.Unauthenticated(message=LOGIN_REQUIRED)
    await service.deactivate(context.viewer.id)
    context.set_viewer(None)
    return {"message": "Your account is closed, and all devices are logged out."}


async def erase(context: Context, arguments: Input) -> Payload:
    """Erase the viewer's personal data."""
    await service.erase_account(arguments["password"])
    context.set_viewer(None)
    return {"message": "Your personal data has been erased."}


def _changing(resolve: Resolve) -> Resolve:
    """Resolve a mutation after which the viewer's account is loaded anew, without waiting for the event."""

    async def run(context: Context, arguments: Input) -> Payload:
        viewer = context.identified
        try:
            return dict(await resolve(context, arguments))
        finally:
            if viewer is not None:
                cache.ACCOUNTS.drop(viewer.id)

    return run


def act(
    name: str,
    method: str,
    resolve: Resolve,
    success: Mapping[str, graphene.Field] | None = None,
    /,
    **arguments: graphene.InputField,
) -> graphene.Field:
    """A mutation on an account."""
    return mutation(
        types, name, (users.UsersService, method), _changing(resolve), success=success or message(), arguments=arguments
    )


# Staff close other people's accounts in the admin only.
DEACTIVATE = mutation(
    types,
    "DeactivateAccount",
    (users.UsersService, "deactivate"),
    _changing(deactivate),
    success=message(),
    description="Closes the viewer's account and ends all of its sessions.",
)


QUERIES = {
    "viewer": graphene.Field(
        lambda: types.of(users.User), description="The logged-in user; null for anonymous requests.", resolver=viewer
    ),
    "data_export": graphene.String(
        description="All personal data that the shop stores about the viewer, as a JSON document.", resolver=data_export
    ),
}
MUTATIONS = {
    "sign_up": act(
        "SignUp",
        "sign_up",
        sign_up,
        **EMAIL,
        password=input_field(graphene.String, "The password: 8 to 128 characters, not a common one."),
        name=input_field(graphene.String, about(users.User, "name")),
    ),
    "verify_email": act("VerifyEmail", "verify_email", verify_email, **TOKEN),
    "resend_verification": act("ResendVerification", "resend_verification", resend_verification),
    "update_profile": act(
        "UpdateProfile",
        "update_profile",
        update_profile,
        USER,
        name=input_field(graphene.String, about(users.User, "name"), must=False),
        settings=input_field(
            graphene.List(graphene.NonNull(derive.entry_input)), about(users.User, "settings"), must=False
        ),
    ),
    "put_address": act(
        "PutAddress",
        "put_address",
        put_address,
        {"address": required(lambda: types.of(users.UserAddress), "The saved address.")},
        id=input_field(graphene.ID, "The address to change; a new one is added if omitted.", must=False),
        address=input_field(lambda: types.input_of(common.Address), about(users.UserAddress, "address")),
        label=input_field(graphene.String, about(users.UserAddress, "label"), must=False),
        is_default=input_field(graphene.Boolean, about(users.UserAddress, "is_default"), must=False),
    ),
    "remove_address": act(
        "RemoveAddress", "remove_address", remove_address, id=input_field(graphene.ID, about(users.UserAddress, "id"))
    ),
    "change_password": act(
        "ChangePassword",
        "change_password",
        change_password,
        old_password=input_field(graphene.String, "The current password."),
        **NEW_PASSWORD,
    ),
    "request_password_reset": act("RequestPasswordReset", "request_password_reset", request_password_reset, **EMAIL),
    "reset_password": act("ResetPassword", "reset_password", reset_password, **TOKEN, **NEW_PASSWORD),
    "deactivate_account": DEACTIVATE,
    "erase_account": act(
        "EraseAccount", "erase_account", erase, password=input_field(graphene.String, "The password, for confirmation.")
    ),
}
