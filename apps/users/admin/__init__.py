"""The staff's door to the users: accounts, and the form with which the staff log in."""

from django.contrib import admin

from apps.users.admin.accounts import UserAdmin
from apps.users.admin.groups import GroupAdmin
from apps.users.admin.login import StaffLoginForm

__all__ = ["GroupAdmin", "StaffLoginForm", "UserAdmin"]

admin.site.login_form = StaffLoginForm
