___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Consent wait (gtmgen)",
  "categories": [
    "UTILITY"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "gtmgen",
    "thumbnail": ""
  },
  "description": "Where the banner's message comes before its consent update: waits for the update, and pushes an event on which what was held back can be sent.",
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
    "help": "What is pushed when a type is granted after the banner's message.",
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
    "help": "Separated by commas: those that tags wait for."
  },
  {
    "type": "TEXT",
    "name": "id",
    "displayName": "The current event's ID",
    "simpleValueType": true,
    "help": "Fired by its own message, the tag makes it known there: what the site pushed before it belongs to the site's next event."
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const addConsentListener = require('addConsentListener');
const createQueue = require('createQueue');
const isConsentGranted = require('isConsentGranted');
const templateStorage = require('templateStorage');

// Whether a tag has all types that it needs, its gate asks: a message for each change is enough.
const push = createQueue('dataLayer');
const types = data.types.split(',');
const isDenied = (type) => !isConsentGranted(type);

const state = templateStorage.getItem(data.event) || {waits: false, listens: false};
templateStorage.setItem(data.event, state);
const listen = () => {
  state.listens = true;
  types.forEach((type) => addConsentListener(type, (changed, granted) => {
    if (!state.waits || !granted) return;
    state.waits = types.some(isDenied);
    push({event: data.event});
  }));
};

// This tag fires on the banner's message and on its own: what is denied now may still be granted by its update.
state.waits = types.some(isDenied);
if (state.waits && !state.listens) listen();
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
  },
  {
    "instance": {
      "key": {
        "publicId": "access_template_storage",
        "versionId": "1"
      },
      "param": []
    },
    "isRequired": true
  }
]


___TESTS___

scenarios:
- name: Has nothing to do where the update came first
  code: |-
    granted = ['ad_storage', 'analytics_storage'];
    runCode(tag);
    assertThat(listeners.length).isEqualTo(0);
    assertApi('gtmOnSuccess').wasCalled();
- name: Pushes its event when consent comes after the banner's message
  code: |-
    runCode(tag);
    assertApi('gtmOnSuccess').wasCalled();
    assertThat(listeners.length).isEqualTo(2);
    change('ad_storage', false);
    assertThat(pushed).isEqualTo([]);
    change('ad_storage', true);
    assertThat(pushed).isEqualTo([{event: 'gtmgen.given'}]);
    change('analytics_storage', true);
    assertThat(pushed.length).isEqualTo(2);
- name: Is silent once all is granted, until the banner's message comes first again
  code: |-
    runCode(tag);
    change('ad_storage', true);
    change('analytics_storage', true);
    change('ad_storage', false);
    change('ad_storage', true);
    assertThat(pushed.length).isEqualTo(2);
    change('ad_storage', false);
    runCode(tag);
    assertThat(listeners.length).isEqualTo(2);
    change('ad_storage', true);
    assertThat(pushed.length).isEqualTo(3);
setup: |-
  let granted = [];
  const pushed = [];
  const listeners = [];
  const store = {};
  const tag = {event: 'gtmgen.given', types: 'ad_storage,analytics_storage'};
  const change = (type, isGranted) => {
    granted = granted.filter((one) => one !== type).concat(isGranted ? [type] : []);
    listeners.forEach((listener) => { if (listener.type === type) listener.call(type, isGranted); });
  };
  mock('isConsentGranted', (type) => granted.indexOf(type) >= 0);
  mock('addConsentListener', (type, call) => listeners.push({type: type, call: call}));
  mock('createQueue', () => (message) => pushed.push(message));
  mockObject('templateStorage', {
    getItem: (key) => store[key],
    setItem: (key, value) => { store[key] = value; }
  });


___NOTES___

A banner should pass the answer on to GTM (a consent update) before it pushes its own message. Many do it
the other way round: then consent is still denied on the message, and nothing else fires a tag.
