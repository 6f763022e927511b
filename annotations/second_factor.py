"""How an authenticator app shows this server's key, and the picture that it reads it from."""

from __future__ import annotations

from io import BytesIO

import qrcode
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.models import AbstractBaseUser
from qrcode.image.svg import SvgPathFillImage


class SecondFactorAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self) -> str:
        return f"Apparatus {self._get_site_name()}"

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def build_totp_svg(self, url: str) -> str:
        """Black on white in the dark too: not every app reads the opposite."""
        picture = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(picture)
        return picture.getvalue().decode()
