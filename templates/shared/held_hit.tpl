___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Held server hit (gtmgen)",
  "categories": [
    "UTILITY"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "gtmgen",
    "thumbnail": ""
  },
  "description": "Keeps an event on the page until its visitor has agreed, and then lets the Google tag bring it to the server container, with its own ID and values.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "event",
    "displayName": "Event name",
    "simpleValueType": true,
    "help": "What is pushed when the event may be sent: the trigger of the Google tag that sends it.",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      }
    ],
    "alwaysInSummary": true
  },
  {
    "type": "TEXT",
    "name": "types",
    "displayName": "Consent types",
    "simpleValueType": true,
    "help": "Separated by commas: all of them must be granted."
  },
  {
    "type": "SIMPLE_TABLE",
    "name": "values",
    "displayName": "Values",
    "simpleTableColumns": [
      {
        "defaultValue": "",
        "displayName": "Name",
        "name": "name",
        "type": "TEXT",
        "isUnique": true
      },
      {
        "defaultValue": "",
        "displayName": "Value",
        "name": "value",
        "type": "TEXT"
      }
    ],
    "newRowButtonText": "Add value",
    "help": "What the event holds now: when consent comes, another one may have passed."
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const addConsentListener = require('addConsentListener');
const createQueue = require('createQueue');
const isConsentGranted = require('isConsentGranted');

const push = createQueue('dataLayer');
const types = data.types.split(',');
const isGranted = () => types.every((type) => isConsentGranted(type));

const hit = {};
(data.values || []).forEach((row) => {
  if (row.value !== undefined) hit[row.name] = row.value;
});

let isWaiting = true;
const send = () => {
  if (!isWaiting || !isGranted()) return;
  isWaiting = false;
  // The data layer merges what it gets into what it has: the hit before must not shine through. In one
  // message, since what cannot be read ends the search for what the site has pushed (event_data.tpl).
  push({event: data.event, gtmgen_hit: hit, _clear: true});
};

// Where consent is there, the Google tag has sent the event on its own trigger.
if (!isGranted()) types.forEach((type) => addConsentListener(type, send));
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
                    "boolean": false
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
  },
  {
    "instance": {
      "key": {
        "publicId": "access_globals",
        "versionId": "1"
      },
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "dataLayer"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
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
- name: Has nothing to do where consent is there
  code: |-
    granted = ['ad_storage', 'ad_user_data'];
    runCode(tag);
    assertThat(pushed.length).isEqualTo(0);
    assertThat(listeners.length).isEqualTo(0);
    assertApi('gtmOnSuccess').wasCalled();
- name: Waits for every type, and pushes once
  code: |-
    runCode(tag);
    assertThat(pushed.length).isEqualTo(0);
    assertApi('gtmOnSuccess').wasCalled();
    granted = ['ad_storage'];
    listeners.forEach((listener) => listener());
    assertThat(pushed.length).isEqualTo(0);
    granted = ['ad_storage', 'ad_user_data'];
    listeners.forEach((listener) => listener());
    assertThat(pushed).isEqualTo([
      {event: 'server_tiktok_purchase', gtmgen_hit: {event_id: 'purchase_1', value: 0}, _clear: true}
    ]);
setup: |-
  let granted = [];
  const pushed = [];
  const listeners = [];
  const tag = {
    event: 'server_tiktok_purchase', types: 'ad_storage,ad_user_data',
    values: [{name: 'event_id', value: 'purchase_1'}, {name: 'value', value: 0}, {name: 'coupon'}]
  };
  mock('isConsentGranted', (type) => granted.indexOf(type) >= 0);
  mock('addConsentListener', (type, listener) => listeners.push(listener));
  mock('createQueue', () => (message) => pushed.push(message));


___NOTES___

What a page pushes through a template is an ordinary message: a tag on the event's name fires on it.
