"""The users' admin: accounts, groups, and the staff login form."""

from django.contrib import admin

from apps.users.admin.accounts import UserAdmin
from apps.users.admin.groups import GroupAdmin
from apps.users.admin.login import StaffLoginForm

__all__ = ["GroupAdmin", "StaffLoginForm", "UserAdmin"]

admin.site.login_form = StaffLoginForm
