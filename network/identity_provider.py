"""What is asked of the provider of SPID and CIE, and what of its answer is believed.

Beside what allauth does (state, PKCE, issuer, audience, expiry): a nonce that is good once and for this browser alone,
and the signature of the identity token, also when it comes by the direct way, where the standard would let it be. SPID
and CIE ask for both (OpenID Connect Core, 3.1.3.7; Linee guida OpenID Connect in SPID, 6 and 7).
"""

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404
from django.utils.crypto import get_random_string

NONCES = "identity_nonces"  # in the session: those that an answer may carry
MOST_NONCES = 5  # pages of the provider that one browser may have open
SIGNED_WITH = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}


class CarefulAdapter(OpenIDConnectOAuth2Adapter):
    def complete_login(self, request, app, token, **kwargs):
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("The answer has no id_token.")
        login = super().complete_login(request, app, token, **kwargs)
        told = login.account.extra_data
        if told["id_token"].get("sub") != told["userinfo"].get("sub"):
            raise OAuth2Error("Token and userinfo are of two people.")
        return login

    def _decode_id_token(self, app, id_token: str) -> dict:
        try:
            claims = self._signed(id_token, app.client_id)
        except jwt.PyJWTError as error:
            raise OAuth2Error("The id_token is not one of the provider.") from error
        jwtkit.verify_jti(claims)
        expected = self.request.session.get(NONCES, [])
        if claims.get("nonce") not in expected:
            raise OAuth2Error("The id_token answers another request.")
        self.request.session[NONCES] = [nonce for nonce in expected if nonce != claims["nonce"]]
        return claims

    def _signed(self, id_token: str, audience: str) -> dict:
        """What the token says, once a key of the provider has signed it. Raises PyJWTError."""
        header = jwt.get_unverified_header(id_token)
        with get_adapter().get_requests_session() as session:
            keys = jwt.PyJWKSet.from_dict(session.get(self.openid_config["jwks_uri"]).json()).keys
        named = [key for key in keys if header.get("kid") in (None, key.key_id)]
        if header.get("alg") not in SIGNED_WITH or len(named) != 1:  # without a name only where there is no choice
            raise jwt.InvalidTokenError("No key of the provider.")
        return jwt.decode(
            id_token,
            named[0],
            algorithms=[header["alg"]],
            audience=audience,
            issuer=self.openid_config["issuer"],
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )


class CarefulProvider(OpenIDConnectProvider):
    oauth2_adapter_class = CarefulAdapter

    def get_auth_params_from_request(self, request, action):
        """As configured; nothing of the address that somebody followed, and a new nonce."""
        nonce = get_random_string(32)
        request.session[NONCES] = [*request.session.get(NONCES, []), nonce][-MOST_NONCES:]
        return {**self.get_auth_params(), "nonce": nonce}

    def get_scope_from_request(self, request):
        return self.get_scope()


@login_not_required
def callback(request, provider_id: str):
    """Where the provider leads back to."""
    try:
        return OAuth2CallbackView.adapter_view(CarefulAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
