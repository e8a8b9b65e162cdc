___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Consent default (gtmgen)",
  "categories": [
    "UTILITY"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "gtmgen",
    "thumbnail": ""
  },
  "description": "Sets what counts until the visitor has chosen, before any other tag.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "SIMPLE_TABLE",
    "name": "states",
    "displayName": "Consent types",
    "simpleTableColumns": [
      {
        "name": "type",
        "displayName": "Type",
        "type": "TEXT",
        "defaultValue": ""
      },
      {
        "name": "state",
        "displayName": "granted or denied",
        "type": "TEXT",
        "defaultValue": ""
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "wait_for_update",
    "displayName": "Milliseconds that Google's tags wait for the visitor's choice",
    "simpleValueType": true
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const makeNumber = require('makeNumber');
const setDefaultConsentState = require('setDefaultConsentState');

const state = {};
(data.states || []).forEach((row) => { state[row.type] = row.state; });
if (data.wait_for_update) state.wait_for_update = makeNumber(data.wait_for_update);
setDefaultConsentState(state);
data.gtmOnSuccess();


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": {
        "publicId": "access_consent",
        "versionId": "1"
      },
      "param": [
        {
          "key": "consentTypes",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "CONSENT_TYPE"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  }
]


___TESTS___

scenarios:
- name: Sets every state at once
  code: |-
    mock('setDefaultConsentState', () => undefined);
    runCode({states: [{type: 'ad_storage', state: 'denied'}, {type: 'analytics_storage', state: 'granted'}], wait_for_update: '500'});
    assertApi('setDefaultConsentState').wasCalledWith(
      {ad_storage: 'denied', analytics_storage: 'granted', wait_for_update: 500});
    assertApi('gtmOnSuccess').wasCalled();


___NOTES___

A default that Custom HTML pushes on Consent Initialization comes too late for the first tags; this
one counts at once.
