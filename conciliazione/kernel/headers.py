"""What every answer says to the browser beside the content policy (django-csp) and Django's own headers."""

# the portal needs none of them, except passkeys, and only on its own pages
NOTHING = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = ", ".join(
    [*(f"{name}=()" for name in NOTHING), "publickey-credentials-create=(self)", "publickey-credentials-get=(self)"]
)


class SecurityHeaders:
    """Permissions-Policy on everything; what a signed-in person sees is kept by no shared cache."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # looked at only when the page asked who is there; not `no-store`, which would lose what one typed on going back
        person = request.__dict__.get("_cached_user")
        if person is not None and person.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
