/** The users: who shops and works here, how to reach them, and what they told us about themselves. */
namespace py users
namespace js users
namespace java users
namespace go users

include "common.thrift"

/** An address that a user keeps. */
struct UserAddress {
  /** The address's id. */
  1: required string id,
  /** The address. */
  2: required common.Address address,
  /** Whether orders go there unless said otherwise. */
  3: required bool is_default,
  /** What the user calls it: "Home". */
  4: optional string label
}

/** A user, as the user sees it. */
struct User {
  /** The user's id. */
  1: required string id,
  /** Where word goes; the name to log in with. */
  2: required string email (pii = "mask"),
  /** Whether the address is proven to be theirs. */
  3: required bool email_verified,
  /** What to call them. */
  4: required string name (pii = "mask"),
  /** Customer or staff. */
  5: required common.Role role,
  /** Whether they may log in. */
  6: required bool active,
  /** Their addresses, the default first. */
  7: required list<UserAddress> addresses,
  /** Their settings, each with the shop's default where they said nothing: "currency" (GBP), "language" (en-GB), "newsletter" and "order_updates" ("true", "false"). */
  8: required map<string, string> settings,
  /** Since when they are with us. */
  9: required common.Moment joined_at,
  /** Counts the changes. */
  10: required i64 version
}

/** A user to bring in. */
struct UserImport {
  /** Where word goes. */
  1: required string email (pii = "mask"),
  /** What to call them. */
  2: required string name (pii = "mask"),
  /** The password, already meant to be known; without one they set it by a reset. */
  3: optional string password (pii = "mask"),
  /** Customer where absent. Staff are only let in where the shop is in development, and may then do everything there. */
  4: optional common.Role role,
  /** Their addresses. */
  5: optional list<common.Address> addresses
}

/** The password breaks a rule; nothing was changed. */
exception WeakPassword {
  /** All that is wrong with it, for people. */
  1: required string message,
  /** Each rule that it breaks, for people. */
  2: required list<string> problems
}

/** The token is unknown, used or too old; nothing was changed. */
exception InvalidToken {
  /** What to do about it. */
  1: required string message
}

/** The address and the password do not fit together, or the account is not active. */
exception WrongCredentials {
  /** The same for every cause. */
  1: required string message
}

/** Orders of the user are open: something of them is still to be sent. Nothing was changed. */
exception OpenOrders {
  /** Which, and what to do about them. */
  1: required string message,
  /** Their numbers, newest first; 100 at most. */
  2: required list<string> numbers
}

/** Too many tries at a member of staff's password; nothing was checked. */
exception TooManyTries {
  /** How long to wait, for people. */
  1: required string message,
  /** How long to wait, in seconds. */
  2: required i32 retry_after_seconds
}

/** A member of staff, for the doors of services that keep no accounts themselves. */
struct StaffMember {
  /** The user's id. */
  1: required string id,
  /** What to call them. */
  2: required string name (pii = "mask"),
  /** Whether they may do everything. */
  3: required bool is_superuser,
  /** The groups of colleagues that they are in, by name; what a group may do with a service's own things is said there. */
  4: required list<string> groups,
  /** Their rights as far as they are known here, as `context.verb_thing`. */
  5: required list<string> permissions,
  /** Another one whenever the password changed: logins under the one before are over. */
  6: required string stamp
}

/** A user joined. */
struct UserRegistered {
  /** The user's id. */
  1: required string id,
  /** Customer or staff. */
  2: required common.Role role
}

/** Somebody asked for an account with an address that has one; its owner should know. */
struct RegistrationRepeated {
  /** The user's id. */
  1: required string id
}

/** A user proved that an address is theirs. */
struct EmailVerified {
  /** The user's id. */
  1: required string id
}

/** A user has another password. */
struct PasswordChanged {
  /** The user's id. */
  1: required string id,
  /** `change` or `reset`. */
  2: required string how,
  /** The session that stays open, if one does. */
  3: optional string keep_session_id
}

/** A user cannot remember the password. */
struct PasswordResetRequested {
  /** The user's id. */
  1: required string id
}

/** A user changed name, address book or settings. */
struct ProfileChanged {
  /** The user's id. */
  1: required string id,
  /** Which fields changed, never what they held. */
  2: required list<string> fields
}

/** A user may no longer log in. */
struct UserDeactivated {
  /** The user's id. */
  1: required string id,
  /** Who decided: `user` or `staff`. */
  2: required string by
}

/** A user may log in again. */
struct UserReactivated {
  /** The user's id. */
  1: required string id
}

/** A user's personal data is gone for good. */
struct UserErased {
  /** The user's id. */
  1: required string id
}

/** A user wants the e-mail to verify the address once more. */
struct VerificationRequested {
  /** The user's id. */
  1: required string id
}

/** A user is something else to the shop than before; every session ends. */
struct RoleChanged {
  /** The user's id. */
  1: required string id,
  /** What they are from now on. */
  2: required common.Role role
}

/** All that can happen to a user. Streams: the user's id. No event holds personal data: what is needed is asked for. */
union UserEvent {
  /** A user joined. */
  1: UserRegistered registered,
  /** An address was asked for twice. */
  2: RegistrationRepeated registration_repeated,
  /** An address was proven. */
  3: EmailVerified email_verified (readers = "orders"),
  /** A password changed. */
  4: PasswordChanged password_changed (readers = "sessions"),
  /** A reset was asked for. */
  5: PasswordResetRequested password_reset_requested,
  /** A profile changed. */
  6: ProfileChanged profile_changed,
  /** A user was shut out. */
  7: UserDeactivated deactivated (readers = "sessions"),
  /** A user was let in again. */
  8: UserReactivated reactivated,
  /** A user was erased. */
  9: UserErased erased (readers = "cart orders sessions"),
  /** The e-mail to verify was asked for once more. */
  10: VerificationRequested verification_requested,
  /** A user became staff, or a customer. */
  11: RoleChanged role_changed (readers = "sessions")
}

/** What the users' context does. */
service UsersService {
  /** Asks for an account. The answer is the same whether or not the address has one already; the rest goes by e-mail. Asked again, it sends another e-mail, three an hour at most. */
  void sign_up(1: string email, 2: string password, 3: string name) throws (1: common.InvalidInput invalid, 2: WeakPassword weak_password) (callers = "gateway", deadline_ms = "2000")
  /** Proves an address with the token from the e-mail, which works once. */
  void verify_email(1: string token) throws (1: InvalidToken invalid_token) (callers = "gateway", deadline_ms = "2000")
  /** Sends the viewer the e-mail to verify once more. */
  void resend_verification() throws (1: common.Unauthenticated unauthenticated) (callers = "gateway", deadline_ms = "2000")
  /** The user whom address and password fit; takes as long for an unknown one. */
  User verify_password(1: string email, 2: string password) throws (1: WrongCredentials wrong) (callers = "sessions", idempotent = "true", deadline_ms = "3000")
  /** The member of staff whom address and password fit, for a service's own door; each time is a try that counts with the logins. Services only. */
  StaffMember authenticate_staff(1: string email, 2: string password, 3: string address (absent = "allowed")) throws (1: WrongCredentials wrong, 2: TooManyTries too_many, 3: common.Forbidden forbidden) (callers = "catalog inventory cart orders sessions recommender registry", deadline_ms = "5000")
  /** A member of staff who works here still. Services only. */
  StaffMember get_staff(1: string id) throws (1: common.NotFound not_found, 2: common.Forbidden forbidden) (callers = "catalog inventory cart orders sessions recommender registry", idempotent = "true", deadline_ms = "500")
  /** The users of these ids that the viewer may see, in that order: themselves, or anybody for staff and services. */
  list<User> get_users(1: list<string> ids) (callers = "gateway cart sessions orders inventory", idempotent = "true", deadline_ms = "200")
  /** The users who have proven that one of these e-mail addresses is theirs, and whose accounts are open; others are left out. Services only. */
  list<User> find_verified(1: list<string> emails) throws (1: common.Forbidden forbidden) (callers = "orders", idempotent = "true", deadline_ms = "500")
  /** Changes the viewer's name and settings; absent ones stay, an unknown setting is refused. */
  User update_profile(1: string name (absent = "allowed"), 2: map<string, string> settings (absent = "allowed")) throws (1: common.Unauthenticated unauthenticated, 2: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Adds an address to the viewer's, or rewrites the one of this id. The same one added twice is there once. */
  UserAddress put_address(1: string id (absent = "allowed"), 2: common.Address address, 3: string label (absent = "allowed"), 4: bool is_default) throws (1: common.Unauthenticated unauthenticated, 2: common.InvalidInput invalid, 3: common.NotFound not_found) (callers = "gateway", deadline_ms = "2000")
  /** Removes one of the viewer's addresses. */
  void remove_address(1: string id) throws (1: common.Unauthenticated unauthenticated, 2: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Changes the viewer's password; every other session of theirs ends. Sent again, it is refused: the old password is no longer right. */
  void change_password(1: string old_password, 2: string new_password) throws (1: common.Unauthenticated unauthenticated, 2: WrongCredentials wrong, 3: WeakPassword weak_password) (callers = "gateway", deadline_ms = "3000")
  /** Asks for an e-mail to set another password. The same answer and time whether or not there is such a user. Asked again, it sends another e-mail, three an hour at most. */
  void request_password_reset(1: string email) throws (1: common.InvalidInput invalid) (callers = "gateway", deadline_ms = "2000")
  /** Sets another password with the token from the e-mail, which works once; every session ends. */
  void reset_password(1: string token, 2: string new_password) throws (1: InvalidToken invalid_token, 2: WeakPassword weak_password) (callers = "gateway", deadline_ms = "3000")
  /** Closes the viewer's account, or staff any; every session ends. */
  void deactivate(1: string user_id) throws (1: common.Unauthenticated unauthenticated, 2: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Opens a closed account again. Staff only. */
  void reactivate(1: string user_id) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found) (callers = "users", idempotent = "true", deadline_ms = "2000")
  /** All that the shop holds about the viewer (profile, addresses, settings, sessions, cart, orders) as a JSON document. */
  string export_data() throws (1: common.Unauthenticated unauthenticated) (callers = "gateway", idempotent = "true", deadline_ms = "5000")
  /** Erases the viewer's personal data for good, after the password. While orders of theirs are open it is refused with `WrongCredentials`, which names them. Sent again, it is refused: nobody is logged in any more. */
  void erase(1: string password) throws (1: common.Unauthenticated unauthenticated, 2: WrongCredentials wrong) (callers = "gateway", deadline_ms = "5000", deprecated = "Use erase_account, which refuses open orders with their numbers.")
  /** Erases the viewer's personal data for good, after the password; orders stay, without a name. Refused while any of their orders is open. Sent again, it is refused: nobody is logged in any more. */
  void erase_account(1: string password) throws (1: common.Unauthenticated unauthenticated, 2: WrongCredentials wrong, 3: OpenOrders open_orders) (callers = "gateway", deadline_ms = "5000")
  /** Gives a colleague an account; they set a password with the link that the e-mail brings. Sent again, it is a conflict: the address has an account. Staff only. */
  User add_staff(1: string email, 2: string name) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden, 3: common.Conflict conflict) (callers = "users", deadline_ms = "2000")
  /** Makes a user staff or a customer. Staff only. */
  User set_role(1: string user_id, 2: common.Role role) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.Conflict conflict) (callers = "users", idempotent = "true", deadline_ms = "2000")
  /** Brings known users in at once, without e-mails: address, name, role; those who are there stay as they are. Gives the ids in that order. Services only. */
  list<string> import_users(1: list<UserImport> users) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden) (callers = "trade demo", idempotent = "true", deadline_ms = "60000")
}
