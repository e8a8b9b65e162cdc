___INFO___

{
  "type": "MACRO",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Consent gate (gtmgen)",
  "categories": [
    "UTILITY"
  ],
  "brand": {
    "id": "brand_dummy",
    "displayName": "gtmgen",
    "thumbnail": ""
  },
  "description": "Lets a tag fire once when consent comes: true where the consent types are granted and the tag has not had its turn.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "key",
    "displayName": "The tag",
    "simpleValueType": true,
    "help": "What has its turn once."
  },
  {
    "type": "TEXT",
    "name": "types",
    "displayName": "Consent types",
    "simpleValueType": true,
    "help": "Separated by commas."
  },
  {
    "type": "SELECT",
    "name": "when",
    "displayName": "When",
    "simpleValueType": true,
    "macrosInSelect": false,
    "selectItems": [
      {
        "value": "turn",
        "displayValue": "The tag's own trigger: remembers whether it could fire"
      },
      {
        "value": "late",
        "displayValue": "Consent came: true if the turn was lost"
      },
      {
        "value": "once",
        "displayValue": "The tag's own trigger: true once per page"
      },
      {
        "value": "late_once",
        "displayValue": "Consent came: true if the tag has not fired on this page"
      },
      {
        "value": "id",
        "displayValue": "The ID of the event whose turn it is"
      },
      {
        "value": "event",
        "displayValue": "The number of the event whose turn it is"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "id",
    "displayName": "The current event's ID",
    "simpleValueType": true,
    "help": "Kept when a turn is lost: the event goes out late, but under its own ID."
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const copyFromDataLayer = require('copyFromDataLayer');
const isConsentGranted = require('isConsentGranted');
const templateStorage = require('templateStorage');

// GTM looks at consent when a trigger holds and does not come back to the tag. This variable stands
// in conditions: it must give the same answer whenever it is evaluated on one event. It is the last
// of a trigger's conditions, so that it is asked only on an event that is the tag's own.

const types = data.types ? data.types.split(',').map((type) => type.trim()) : [];
const granted = types.every((type) => isConsentGranted(type));
const number = copyFromDataLayer('gtm.uniqueEventId');

// The tag's turn: {had: it could fire, on: the event that it was; event, id: the number and the ID
// of the tag's own event}
const turn = templateStorage.getItem(data.key) ||
  {had: undefined, on: undefined, event: undefined, id: undefined};
const keep = () => templateStorage.setItem(data.key, turn);
const take = (had) => {
  turn.had = had;
  turn.on = number;
  keep();
};
const remember = () => {
  turn.event = number;
  turn.id = data.id;
  keep();
};
const isNow = turn.on === number && turn.had === true && number !== undefined;

// By the time that consent comes, the consent message is the current event: it has another ID than
// that under which other platforms, or the server, have the event already, and none of its values.
if (data.when === 'id') return isNow && turn.id ? turn.id : data.id;
if (data.when === 'event') return isNow || turn.had !== true ? turn.event : undefined;
if (data.when === 'turn') {
  remember();
  take(granted);
  return 'true';
}
if (isNow) return 'true';
if (data.when === 'late') {
  // Nothing was lost before the first turn, nor after one that was taken.
  if (!granted || turn.had !== false) return 'false';
  take(true);
  return 'true';
}
if (turn.had === true) return 'false';
if (data.when === 'once') remember();
// Consent alone gives no turn to an event that there has not been.
if (!granted || (data.when === 'late_once' && turn.event === undefined)) return 'false';
take(true);
return 'true';


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
        "publicId": "access_template_storage",
        "versionId": "1"
      },
      "param": []
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "read_data_layer",
        "versionId": "1"
      },
      "param": [
        {
          "key": "allowedKeys",
          "value": {
            "type": 1,
            "string": "specific"
          }
        },
        {
          "key": "keyPatterns",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "gtm.uniqueEventId"
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
- name: A turn that consent let pass is not given again
  code: |-
    assertThat(ask('turn')).isEqualTo('true');
    next();
    assertThat(ask('late')).isEqualTo('false');
- name: A turn that was lost is given once when consent comes
  code: |-
    granted = false;
    assertThat(ask('turn')).isEqualTo('true');
    next();
    assertThat(ask('late')).isEqualTo('false');
    granted = true;
    next();
    assertThat(ask('late')).isEqualTo('true');
    assertThat(ask('late')).isEqualTo('true');
    next();
    assertThat(ask('late')).isEqualTo('false');
- name: Without a turn there is nothing to make up for
  code: |-
    assertThat(ask('late')).isEqualTo('false');
- name: Once, and not before consent
  code: |-
    granted = false;
    assertThat(ask('once')).isEqualTo('false');
    granted = true;
    next();
    assertThat(ask('once')).isEqualTo('true');
    assertThat(ask('once')).isEqualTo('true');
    next();
    assertThat(ask('once')).isEqualTo('false');
- name: What goes out late has the ID of its own event
  code: |-
    granted = false;
    ask('turn');
    next();
    granted = true;
    assertThat(ask('late')).isEqualTo('true');
    assertThat(ask('id')).isEqualTo('id.3');
    next();
    assertThat(ask('turn')).isEqualTo('true');
    assertThat(ask('id')).isEqualTo('id.7');
- name: The number of the event whose turn it is, while it is one's turn
  code: |-
    granted = false;
    assertThat(ask('event')).isUndefined();
    ask('turn');
    next();
    assertThat(ask('event')).isEqualTo(3);
    granted = true;
    ask('late');
    assertThat(ask('event')).isEqualTo(3);
    next();
    assertThat(ask('event')).isUndefined();
    ask('turn');
    assertThat(ask('event')).isEqualTo(7);
- name: Once, but consent alone is no event
  code: |-
    assertThat(ask('late_once')).isEqualTo('false');
    next();
    assertThat(ask('once')).isEqualTo('true');
- name: Once, late, and with the ID of the last event that was refused
  code: |-
    granted = false;
    ask('once');
    next();
    ask('once');
    next();
    granted = true;
    assertThat(ask('late_once')).isEqualTo('true');
    assertThat(ask('id')).isEqualTo('id.5');
    next();
    assertThat(ask('late_once')).isEqualTo('false');
setup: |-
  let granted = true;
  let number = 3;
  const store = {};
  const next = () => { number += 2; };
  const ask = (when) => runCode({key: 'k', types: 'ad_storage', when: when, id: 'id.' + number});
  mock('isConsentGranted', () => granted);
  mock('copyFromDataLayer', () => number);
  mockObject('templateStorage', {
    getItem: (key) => store.hasOwnProperty(key) ? store[key] : null,
    setItem: (key, value) => { store[key] = value; }
  });


___NOTES___

A tag that waits for consent has two triggers: its own, with `turn` among the conditions, and the
site's consent event, with `late`.
