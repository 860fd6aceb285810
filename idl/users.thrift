/** Users: accounts, addresses and settings of customers and staff. */
namespace py users
namespace js users
namespace java users
namespace go users

include "common.thrift"

/** An address in a user's address book. */
struct UserAddress {
  /** The address's id. */
  1: required string id,
  /** The address. */
  2: required common.Address address,
  /** Whether it is the default shipping address. */
  3: required bool is_default,
  /** The user's label: "Home". */
  4: optional string label
}

/** A user. */
struct User {
  /** The user's id. */
  1: required string id,
  /** The e-mail address, with which the user logs in. */
  2: required string email (pii = "mask"),
  /** Whether the e-mail address is verified. */
  3: required bool email_verified,
  /** The name. */
  4: required string name (pii = "mask"),
  /** The role. */
  5: required common.Role role,
  /** Whether the account is open. */
  6: required bool active,
  /** The addresses, the default first. */
  7: required list<UserAddress> addresses,
  /** The settings, with the shop's defaults: "currency" (GBP), "language" (en-GB), "newsletter" and "order_updates" ("true", "false"). */
  8: required map<string, string> settings,
  /** When the account was created. */
  9: required common.Moment joined_at,
  /** The number of changes so far. */
  10: required i64 version
}

/** A user to import. */
struct UserImport {
  /** The e-mail address. */
  1: required string email (pii = "mask"),
  /** The name. */
  2: required string name (pii = "mask"),
  /** The password; without one, the user sets it by a password reset. */
  3: optional string password (pii = "mask"),
  /** The role; customer if absent. Staff can be imported in development only, as superusers. */
  4: optional common.Role role,
  /** The addresses. */
  5: optional list<common.Address> addresses
}

/** The password is too weak; nothing was changed. */
exception WeakPassword {
  /** A message for people: everything that is wrong. */
  1: required string message,
  /** Each problem, for people. */
  2: required list<string> problems
}

/** The token is unknown, used or expired; nothing was changed. */
exception InvalidToken {
  /** A message for people: what to do. */
  1: required string message
}

/** The e-mail address and the password do not match, or the account is closed. */
exception WrongCredentials {
  /** The same message for every cause. */
  1: required string message
}

/** The user has open orders with goods left to ship; nothing was changed. */
exception OpenOrders {
  /** A message for people: which orders, and what to do. */
  1: required string message,
  /** The order numbers, newest first; at most 100. */
  2: required list<string> numbers
}

/** Too many login attempts for a member of staff; nothing was checked. */
exception TooManyTries {
  /** A message for people: how long to wait. */
  1: required string message,
  /** The seconds to wait. */
  2: required i32 retry_after_seconds
}

/** A member of staff, for the admin of services without accounts. */
struct StaffMember {
  /** The user's id. */
  1: required string id,
  /** The name. */
  2: required string name (pii = "mask"),
  /** Whether they have all permissions. */
  3: required bool is_superuser,
  /** The names of their groups; each service defines the permissions of groups itself. */
  4: required list<string> groups,
  /** Their permissions that are known to users, as `context.verb_thing`. */
  5: required list<string> permissions,
  /** Changes whenever the password changes; logins with the previous value are invalid. */
  6: required string stamp
}

/** A user signed up. */
struct UserRegistered {
  /** The user's id. */
  1: required string id,
  /** The role. */
  2: required common.Role role
}

/** Somebody tried to sign up with an address that has an account; its owner is notified. */
struct RegistrationRepeated {
  /** The user's id. */
  1: required string id
}

/** A user verified an e-mail address. */
struct EmailVerified {
  /** The user's id. */
  1: required string id
}

/** A user's password changed. */
struct PasswordChanged {
  /** The user's id. */
  1: required string id,
  /** `change` or `reset`. */
  2: required string how,
  /** The session that stays open, if any. */
  3: optional string keep_session_id
}

/** A password reset was requested. */
struct PasswordResetRequested {
  /** The user's id. */
  1: required string id
}

/** The name, address book or settings changed. */
struct ProfileChanged {
  /** The user's id. */
  1: required string id,
  /** The names of the changed fields, without their values. */
  2: required list<string> fields
}

/** An account was closed. */
struct UserDeactivated {
  /** The user's id. */
  1: required string id,
  /** The actor: `user` or `staff`. */
  2: required string by
}

/** An account was reopened. */
struct UserReactivated {
  /** The user's id. */
  1: required string id
}

/** A user's personal data was erased. */
struct UserErased {
  /** The user's id. */
  1: required string id
}

/** The verification e-mail was requested again. */
struct VerificationRequested {
  /** The user's id. */
  1: required string id
}

/** A user's role changed; every session ends. */
struct RoleChanged {
  /** The user's id. */
  1: required string id,
  /** The new role. */
  2: required common.Role role
}

/** The events of users. Streams: the user's id. No event contains personal data; readers fetch what they need. */
union UserEvent {
  /** A user signed up. */
  1: UserRegistered registered,
  /** Somebody signed up with an existing address. */
  2: RegistrationRepeated registration_repeated,
  /** An e-mail address was verified. */
  3: EmailVerified email_verified (readers = "gateway orders"),
  /** A password changed. */
  4: PasswordChanged password_changed (readers = "gateway sessions"),
  /** A password reset was requested. */
  5: PasswordResetRequested password_reset_requested,
  /** A profile changed. */
  6: ProfileChanged profile_changed (readers = "gateway"),
  /** An account was closed. */
  7: UserDeactivated deactivated (readers = "gateway sessions"),
  /** An account was reopened. */
  8: UserReactivated reactivated (readers = "gateway"),
  /** A user was erased. */
  9: UserErased erased (readers = "analytics cart experiments gateway orders sessions"),
  /** The verification e-mail was requested again. */
  10: VerificationRequested verification_requested,
  /** A user's role changed. */
  11: RoleChanged role_changed (readers = "gateway sessions")
} (partitions = "6")

/** The users service. */
service UsersService {
  /** Requests an account. The response is the same whether or not the address has an account; the result is sent by e-mail. Sent again, it sends another e-mail, at most three an hour. */
  void sign_up(1: string email (pii = "mask"), 2: string password (pii = "mask"), 3: string name (pii = "mask")) throws (1: common.InvalidInput invalid, 2: WeakPassword weak_password) (callers = "gateway", deadline_ms = "2000")
  /** Verifies an e-mail address with the token from the e-mail, which can be used once. */
  void verify_email(1: string token (pii = "mask")) throws (1: InvalidToken invalid_token) (callers = "gateway", deadline_ms = "2000")
  /** Sends the viewer the verification e-mail again. */
  void resend_verification() throws (1: common.Unauthenticated unauthenticated) (callers = "gateway", deadline_ms = "2000")
  /** The user with this e-mail address and password; takes the same time for an unknown address. */
  User verify_password(1: string email (pii = "mask"), 2: string password (pii = "mask")) throws (1: WrongCredentials wrong) (callers = "sessions", idempotent = "true", deadline_ms = "3000")
  /** The member of staff with this e-mail address and password, for a service's admin. Sent again, it counts as another login attempt. Services only. */
  StaffMember authenticate_staff(1: string email (pii = "mask"), 2: string password (pii = "mask"), 3: string address (absent = "allowed", pii = "mask")) throws (1: WrongCredentials wrong, 2: TooManyTries too_many, 3: common.Forbidden forbidden) (callers = "catalog inventory cart orders sessions recommender analytics experiments registry", deadline_ms = "5000")
  /** A current member of staff. Services only. */
  StaffMember get_staff(1: string id) throws (1: common.NotFound not_found, 2: common.Forbidden forbidden) (callers = "catalog inventory cart orders sessions recommender analytics experiments registry", idempotent = "true", deadline_ms = "500")
  /** The users with these ids that the viewer may see, in the given order: themselves, or anyone for staff and services. */
  list<User> get_users(1: list<string> ids) (callers = "gateway cart sessions orders inventory experiments", idempotent = "true", deadline_ms = "200")
  /** The users with open accounts who have verified one of these e-mail addresses; others are left out. Services only. */
  list<User> find_verified(1: list<string> emails (pii = "mask")) throws (1: common.Forbidden forbidden) (callers = "orders", idempotent = "true", deadline_ms = "500")
  /** Changes the viewer's name and settings; absent ones are not changed, unknown settings are refused. */
  User update_profile(1: string name (absent = "allowed", pii = "mask"), 2: map<string, string> settings (absent = "allowed", pii = "mask")) throws (1: common.Unauthenticated unauthenticated, 2: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Adds an address to the viewer's address book, or changes the one with this id. The same address added twice is stored once. */
  UserAddress put_address(1: string id (absent = "allowed"), 2: common.Address address, 3: string label (absent = "allowed", pii = "mask"), 4: bool is_default) throws (1: common.Unauthenticated unauthenticated, 2: common.InvalidInput invalid, 3: common.NotFound not_found) (callers = "gateway", deadline_ms = "2000")
  /** Removes one of the viewer's addresses. */
  void remove_address(1: string id) throws (1: common.Unauthenticated unauthenticated, 2: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Changes the viewer's password and ends all other sessions. Sent again, it is refused, because the old password is no longer valid. */
  void change_password(1: string old_password (pii = "mask"), 2: string new_password (pii = "mask")) throws (1: common.Unauthenticated unauthenticated, 2: WrongCredentials wrong, 3: WeakPassword weak_password) (callers = "gateway", deadline_ms = "3000")
  /** Requests an e-mail for setting a new password. The response and its timing are the same whether or not the user exists. Sent again, it sends another e-mail, at most three an hour. */
  void request_password_reset(1: string email (pii = "mask")) throws (1: common.InvalidInput invalid) (callers = "gateway", deadline_ms = "2000")
  /** Sets a new password with the token from the e-mail, which can be used once, and ends all sessions. */
  void reset_password(1: string token (pii = "mask"), 2: string new_password (pii = "mask")) throws (1: InvalidToken invalid_token, 2: WeakPassword weak_password) (callers = "gateway", deadline_ms = "3000")
  /** Closes the viewer's account, or for staff any account, and ends all of its sessions. */
  void deactivate(1: string user_id) throws (1: common.Unauthenticated unauthenticated, 2: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Reopens a closed account. Staff only. */
  void reactivate(1: string user_id) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found) (callers = "users", idempotent = "true", deadline_ms = "2000")
  /** All personal data that the shop stores about the viewer (profile, addresses, settings, sessions, cart, orders), as a JSON document. */
  string export_data() throws (1: common.Unauthenticated unauthenticated) (callers = "gateway", idempotent = "true", deadline_ms = "5000")
  /** Erases the viewer's personal data; requires the password. Refused with `WrongCredentials` while any of their orders is open. Sent again, it is refused, because the viewer is no longer logged in. */
  void erase(1: string password (pii = "mask")) throws (1: common.Unauthenticated unauthenticated, 2: WrongCredentials wrong) (callers = "gateway", deadline_ms = "5000", deprecated = "Use erase_account, which refuses open orders with their numbers.")
  /** Erases the viewer's personal data; requires the password. Orders are kept without it. Refused while any of their orders is open. Sent again, it is refused, because the viewer is no longer logged in. */
  void erase_account(1: string password (pii = "mask")) throws (1: common.Unauthenticated unauthenticated, 2: WrongCredentials wrong, 3: OpenOrders open_orders) (callers = "gateway", deadline_ms = "5000")
  /** Creates a staff account and sends an e-mail with a link for setting the password. Sent again, it is a conflict, because the address has an account. Staff only. */
  User add_staff(1: string email (pii = "mask"), 2: string name (pii = "mask")) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden, 3: common.Conflict conflict) (callers = "users", deadline_ms = "2000")
  /** Sets a user's role. Staff only. */
  User set_role(1: string user_id, 2: common.Role role) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.Conflict conflict) (callers = "users", idempotent = "true", deadline_ms = "2000")
  /** Imports users without sending e-mails; existing users are not changed. Returns the ids in the given order. Services only. */
  list<string> import_users(1: list<UserImport> users) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden) (callers = "trade demo", idempotent = "true", deadline_ms = "60000")
}
