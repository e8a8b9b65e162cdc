"""What a custom template can `require`, by the side that it is for."""

from __future__ import annotations

from gtmgen.runtime.tokens import words

#: `require` names of web containers, as Google documents them; anything else throws there.
WEB_APIS = frozenset(
    words(
        "addConsentListener addEventCallback aliasInWindow callInWindow callLater "
        "copyFromDataLayer copyFromWindow createArgumentsQueue createQueue decodeUri "
        "decodeUriComponent encodeUri encodeUriComponent fromBase64 generateRandom "
        "getContainerVersion getCookieValues getQueryParameters getReferrerQueryParameters "
        "getReferrerUrl getTimestamp getTimestampMillis getType getUrl gtagSet "
        "injectHiddenIframe injectScript isConsentGranted JSON localStorage logToConsole "
        "makeInteger makeNumber makeString makeTableMap Math Object parseUrl queryPermission "
        "readAnalyticsStorage readCharacterSet readTitle sendPixel setCookie "
        "setDefaultConsentState setInWindow sha256 templateStorage toBase64 "
        "updateConsentState"
    )
)
#: The same of server containers, as Google documents them and templates use them.
SERVER_APIS = frozenset(
    words(
        "addEventCallback BigQuery callLater claimRequest computeEffectiveTldPlusOne createRegex "
        "decodeUri decodeUriComponent encodeUri encodeUriComponent extractEventsFromMpv1 "
        "extractEventsFromMpv2 Firestore fromBase64 generateRandom getAllEventData getClientName "
        "getContainerVersion getCookieValues getEventData getGoogleAuth getRemoteAddress "
        "getRequestBody getRequestHeader getRequestMethod getRequestPath getRequestQueryParameter "
        "getRequestQueryParameters getRequestQueryString getTimestamp getTimestampMillis getType "
        "hmacSha256 isRequestMpv1 isRequestMpv2 JSON logToConsole makeInteger makeNumber "
        "makeString makeTableMap Math Object parseUrl Promise returnResponse runContainer "
        "sendEventToGoogleAnalytics sendHttpGet sendHttpRequest sendPixelFromBrowser setCookie "
        "setPixelResponse setResponseBody setResponseHeader setResponseStatus sha256 sha256Sync "
        "templateDataStorage testRegex toBase64"
    )
)
