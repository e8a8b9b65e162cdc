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
      },
      {
        "value": "value",
        "displayValue": "What a variable was on the event whose turn it is"
      },
      {
        "value": "blocked",
        "displayValue": "The trigger of an exception: what it blocks is no turn"
      },
      {
        "value": "spared",
        "displayValue": "The same, on the banner's own event: true unless what was lost goes out on it"
      },
      {
        "value": "left",
        "displayValue": "The page is another one now"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "id",
    "displayName": "The current event's ID",
    "simpleValueType": true,
    "help": "Kept when a turn is lost: the event goes out late, but under its own ID."
  },
  {
    "type": "SIMPLE_TABLE",
    "name": "kept",
    "displayName": "What the event saw of the page",
    "simpleTableColumns": [
      {
        "name": "name",
        "displayName": "Variable",
        "type": "TEXT",
        "defaultValue": ""
      },
      {
        "name": "value",
        "displayName": "Value",
        "type": "TEXT",
        "defaultValue": ""
      }
    ],
    "help": "Kept when a turn is lost: by the time that consent comes, the address can be another one."
  },
  {
    "type": "TEXT",
    "name": "name",
    "displayName": "Variable, or exception",
    "simpleValueType": true
  },
  {
    "type": "TEXT",
    "name": "value",
    "displayName": "Its value now",
    "simpleValueType": true
  },
  {
    "type": "TEXT",
    "name": "except",
    "displayName": "Exceptions",
    "simpleValueType": true,
    "help": "Names of the triggers that block the tag, separated by commas: what they block is no turn."
  },
  {
    "type": "TEXT",
    "name": "chance",
    "displayName": "Which of the lost turns",
    "simpleValueType": true,
    "help": "From 0. GTM fires a tag once on an event, so that each lost turn has a tag of its own."
  },
  {
    "type": "CHECKBOX",
    "name": "of_page",
    "checkboxText": "A turn is over when the page is another one",
    "simpleValueType": true
  },
  {
    "type": "CHECKBOX",
    "name": "yields",
    "checkboxText": "What was lost goes first: the tag's own trigger is that of consent, too",
    "simpleValueType": true
  },
  {
    "type": "CHECKBOX",
    "name": "apart",
    "checkboxText": "Each lost turn has an event of its own on which consent is known",
    "simpleValueType": true,
    "help": "As trigger groups have it: GTM gives each group an event."
  },
  {
    "type": "CHECKBOX",
    "name": "forgets",
    "checkboxText": "What consent holds back gets no second chance",
    "simpleValueType": true,
    "help": "For a click and the like: by the time that consent comes, what it has set is another one's."
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const copyFromDataLayer = require('copyFromDataLayer');
const getTimestampMillis = require('getTimestampMillis');
const getType = require('getType');
const isConsentGranted = require('isConsentGranted');
const makeNumber = require('makeNumber');
const makeString = require('makeString');
const templateStorage = require('templateStorage');

// GTM looks at consent when a trigger holds and does not come back to the tag. This variable stands
// in conditions: it must give the same answer whenever it is evaluated on one event. It is the last
// of a trigger's conditions, so that it is asked only on an event that is the tag's own.

const types = data.types ? data.types.split(',').map((type) => type.trim()) : [];
const granted = types.every((type) => isConsentGranted(type));
const number = copyFromDataLayer('gtm.uniqueEventId');
const isNow = (event) => number !== undefined && event === number;

// GTM may look at the triggers of one event in any order: what is told here counts for the answers
// before it, too.
const LEFT = 'left';
if (data.when === 'left') {
  templateStorage.setItem(LEFT, number);
  return 'false';
}
const BLOCKED = 'blocked ';
const block = (exception) => {
  const events = templateStorage.getItem(BLOCKED + exception) || [];
  if (events[events.length - 1] !== number) events.push(number);
  templateStorage.setItem(BLOCKED + exception, events);
  return 'true';
};
if (data.when === 'blocked') return block(data.key);
const isBlocked = (event) => (data.except ? data.except.split(',') : [])
  .some((name) => (templateStorage.getItem(BLOCKED + 'except.' + name) || []).indexOf(event) >= 0);
const isOver = (event) => {
  const left = data.of_page ? templateStorage.getItem(LEFT) : null;
  return getType(left) === 'number' && getType(event) === 'number' && event < left;
};

// The tag's turns: {asked: the last event of its own; lost: those that consent held back, as {event:
// number, id, kept, banner: whether it is the banner's own}; on: the event on which consent came; given:
// what had been lost until then; sent: the event that went out, of a tag that fires once; told: when our own
// event gave something back; ceded: the banner's event behind it}
const turns = templateStorage.getItem(data.key) || {
  asked: undefined, lost: [], on: undefined, given: [], sent: undefined, told: undefined, ceded: undefined
};
const keep = () => templateStorage.setItem(data.key, turns);
// Trigger groups: each tag has an event of its own, and what is left then is next in line.
const chance = data.chance && !data.apart ? makeNumber(data.chance) : 0;
const isOwn = isNow(turns.asked);
// An answer counts where the page has lost nothing else: a refusal is no event beside those.
const listLost = () => {
  const lost = turns.lost.filter((turn) => !isOver(turn.event) && !isBlocked(turn.event));
  const others = lost.filter((turn) => !turn.banner);
  return others.length > 0 ? others : lost;
};
const late = isNow(turns.on) ? turns.given : listLost();

// By the time that consent comes, the consent message is the current event: it has another ID than
// that under which other platforms, or the server, have the event already, and none of its values.
if (data.when === 'id') {
  const turn = isNow(turns.on) && !isOwn ? late[chance] : undefined;
  return turn && turn.id ? turn.id : data.id;
}
const turn = isOwn ? undefined : late[chance];
if (data.when === 'event') return turn ? turn.event : undefined;
if (data.when === 'value') {
  const kept = turn ? (turn.kept || []).filter((row) => row.name === data.name) : [];
  return kept.length > 0 ? kept[0].value : data.value;
}

const isOnce = data.when === 'once' || data.when === 'late_once';
// What is sent late is not what an exception blocks on the banner's event.
const isSent = turns.sent !== undefined && (turns.late || !isBlocked(turns.sent));
if (isOnce && isSent) return isNow(turns.sent) ? 'true' : 'false';

// A tag fires once on an event: on the banner's, with what the page has lost. That is so, too, where
// the banner's message comes before consent.
if (data.when === 'spared') return granted && late.length > 0 ? 'false' : block(data.name);
if (data.yields && (late.length > 0 || isNow(turns.ceded))) return 'false';

// Our own event tells of consent before a banner's message that comes behind its update: the answer that
// has given back what was lost is none of its own.
const AT_ONCE = 1000;  // milliseconds
if (data.yields && turns.told !== undefined && getTimestampMillis() - turns.told < AT_ONCE) {
  turns.ceded = number;
  turns.told = undefined;
  keep();
  return 'false';
}

if (data.when === 'turn' || data.when === 'once') {
  turns.asked = number;
  if (granted) {
    turns.sent = number;
    turns.late = false;
  } else if (!data.forgets) {
    // Who never agrees loses an event on each page of an app: only those that can go out are kept.
    turns.lost = turns.lost.filter((turn) => turn.event !== number && !isOver(turn.event));
    turns.lost.push({event: number, id: data.id, kept: data.kept, banner: data.yields});
  }
  keep();
  return granted || !isOnce ? 'true' : 'false';
}

// Consent came: what was lost is given back, once.
if (!granted) return 'false';
if (!isNow(turns.on)) {
  turns.on = number;
  turns.given = data.apart ? late.slice(0, 1) : late;
  turns.lost = data.apart ? late.slice(1) : [];
  if (late.length > 0) {
    turns.sent = number;
    turns.late = true;
  }
  if (late.length > 0 && makeString(copyFromDataLayer('event')).indexOf('gtmgen.') === 0) {
    turns.told = getTimestampMillis();
  }
  keep();
}
return late.length > chance ? 'true' : 'false';


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
              },
              {
                "type": 1,
                "string": "event"
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
- name: The number of the event whose turn it is, while it is not the current one
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
    assertThat(ask('event')).isUndefined();
- name: What the event saw of the page, while it is not the current one
  code: |-
    const saw = (name, now) => ask('value', {name: name, value: now});
    granted = false;
    ask('turn', {kept: [{name: 'query', value: 'ad'}, {name: 'path'}]});
    assertThat(saw('query', 'now')).isEqualTo('now');
    next();
    granted = true;
    ask('late');
    assertThat(saw('query', 'now')).isEqualTo('ad');
    assertThat(saw('path', 'now')).isUndefined();
    assertThat(saw('other', 'now')).isEqualTo('now');
    next();
    assertThat(saw('query', 'now')).isEqualTo('now');
- name: Several lost turns are given back in their order
  code: |-
    granted = false;
    ask('turn');
    next();
    ask('turn');
    next();
    granted = true;
    assertThat(ask('late', {chance: '1'})).isEqualTo('true');
    assertThat(ask('late')).isEqualTo('true');
    assertThat(ask('late', {chance: '2'})).isEqualTo('false');
    assertThat(ask('id')).isEqualTo('id.3');
    assertThat(ask('id', {chance: '1'})).isEqualTo('id.5');
    assertThat(ask('event', {chance: '1'})).isEqualTo(5);
    next();
    assertThat(ask('late')).isEqualTo('false');
- name: Where each has an event of its own, one is given back on each
  code: |-
    const late = (chance) => ask('late', {chance: chance, apart: true});
    granted = false;
    ask('turn');
    next();
    ask('turn');
    next();
    granted = true;
    assertThat(late()).isEqualTo('true');
    assertThat(ask('id', {apart: true})).isEqualTo('id.3');
    next();
    assertThat(ask('event', {chance: '1', apart: true})).isEqualTo(5);
    assertThat(late('1')).isEqualTo('true');
    assertThat(late('1')).isEqualTo('true');
    assertThat(ask('id', {chance: '1', apart: true})).isEqualTo('id.5');
    next();
    assertThat(late()).isEqualTo('false');
- name: A turn that is taken leaves what was lost before it
  code: |-
    granted = false;
    ask('turn');
    next();
    granted = true;
    ask('turn');
    assertThat(ask('id')).isEqualTo('id.5');
    next();
    assertThat(ask('late')).isEqualTo('true');
    assertThat(ask('id')).isEqualTo('id.3');
- name: What was lost on a page that is left is over, except for what is of every page
  code: |-
    granted = false;
    ask('turn', {of_page: true});
    next();
    ask('turn', {of_page: true});
    assertThat(ask('left')).isEqualTo('false');
    next();
    granted = true;
    assertThat(ask('late', {of_page: true})).isEqualTo('true');
    assertThat(ask('id', {of_page: true})).isEqualTo('id.5');
    granted = false;
    next();
    ask('turn');
    next();
    ask('left');
    next();
    granted = true;
    assertThat(ask('late')).isEqualTo('true');
- name: What an exception blocks is no turn, whichever is looked at first
  code: |-
    const block = () => ask('blocked', {key: 'except.staff'});
    granted = false;
    ask('turn', {except: 'staff'});
    assertThat(block()).isEqualTo('true');
    next();
    block();
    ask('turn', {except: 'staff'});
    next();
    granted = true;
    assertThat(ask('late', {except: 'staff'})).isEqualTo('false');
- name: Once is not used up by what an exception blocks
  code: |-
    const once = () => ask('once', {except: 'other,staff'});
    const block = () => ask('blocked', {key: 'except.staff'});
    assertThat(once()).isEqualTo('true');
    block();
    next();
    block();
    once();
    next();
    assertThat(once()).isEqualTo('true');
    next();
    assertThat(once()).isEqualTo('false');
- name: Once is used up by what went out late, whatever an exception blocks on the banner's event
  code: |-
    const once = () => ask('once', {except: 'staff'});
    granted = false;
    once();
    next();
    granted = true;
    ask('blocked', {key: 'except.staff'});
    assertThat(ask('late_once', {except: 'staff'})).isEqualTo('true');
    next();
    assertThat(once()).isEqualTo('false');
    assertThat(ask('late_once', {except: 'staff'})).isEqualTo('false');
- name: On the banner's own event, what was lost goes first
  code: |-
    const banner = () => ask('turn', {yields: true});
    granted = false;
    ask('turn');
    next();
    granted = true;
    assertThat(banner()).isEqualTo('false');
    assertThat(ask('late')).isEqualTo('true');
    assertThat(banner()).isEqualTo('false');
    assertThat(ask('event')).isEqualTo(3);
    assertThat(ask('id')).isEqualTo('id.3');
    next();
    assertThat(ask('late')).isEqualTo('false');
    assertThat(banner()).isEqualTo('true');
    assertThat(ask('event')).isUndefined();
- name: An answer counts where the page has lost nothing else
  code: |-
    granted = false;
    ask('turn', {yields: true});
    next();
    ask('turn');
    next();
    granted = true;
    assertThat(ask('late', {chance: '1'})).isEqualTo('false');
    assertThat(ask('late')).isEqualTo('true');
    assertThat(ask('event')).isEqualTo(5);
- name: The banner's message at once behind our own is the same answer, a later one is not
  code: |-
    const banner = () => ask('turn', {yields: true});
    granted = false;
    banner();
    next();
    granted = true;
    event = 'gtmgen.given';
    assertThat(ask('late')).isEqualTo('true');
    next();
    event = 'given';
    assertThat(banner()).isEqualTo('false');
    assertThat(banner()).isEqualTo('false');
    next();
    assertThat(banner()).isEqualTo('true');
    granted = false;
    next();
    banner();
    granted = true;
    next();
    event = 'gtmgen.given';
    ask('late');
    next();
    now += 1000;
    assertThat(banner()).isEqualTo('true');
- name: An exception on the banner's own event spares what was lost, and blocks that event otherwise
  code: |-
    const banner = () => ask('turn', {yields: true, except: 'staff'});
    const blocks = () => ask('spared', {name: 'except.staff'});
    granted = false;
    ask('turn', {except: 'staff'});
    next();
    granted = true;
    assertThat(blocks()).isEqualTo('false');
    assertThat(ask('late', {except: 'staff'})).isEqualTo('true');
    assertThat(blocks()).isEqualTo('false');
    granted = false;
    next();
    banner();
    assertThat(blocks()).isEqualTo('true');
    granted = true;
    next();
    assertThat(ask('late', {except: 'staff'})).isEqualTo('false');
- name: Once, but consent alone is no event
  code: |-
    assertThat(ask('late_once')).isEqualTo('false');
    next();
    assertThat(ask('once')).isEqualTo('true');
- name: Once, but what has no late values is not kept
  code: |-
    granted = false;
    assertThat(ask('once', {forgets: true})).isEqualTo('false');
    granted = true;
    next();
    assertThat(ask('late_once')).isEqualTo('false');
    next();
    assertThat(ask('once', {forgets: true})).isEqualTo('true');
    next();
    assertThat(ask('once')).isEqualTo('false');
- name: Once, late, and with the ID of the first event that was refused
  code: |-
    granted = false;
    ask('once');
    next();
    ask('once');
    next();
    granted = true;
    assertThat(ask('late_once')).isEqualTo('true');
    assertThat(ask('id')).isEqualTo('id.3');
    next();
    assertThat(ask('late_once')).isEqualTo('false');
- name: Once, late, and with the first event of the page that is shown
  code: |-
    granted = false;
    ask('once', {of_page: true});
    ask('left');
    next();
    ask('once', {of_page: true});
    ask('left');
    next();
    ask('once', {of_page: true});
    granted = true;
    next();
    assertThat(ask('late_once', {of_page: true})).isEqualTo('true');
    assertThat(ask('id', {of_page: true})).isEqualTo('id.5');
- name: What no longer can go out is not kept
  code: |-
    granted = false;
    for (let page = 0; page < 20; page++) {
      ask('left');
      ask('turn', {of_page: true});
      next();
      ask('turn', {of_page: true});
      next();
    }
    assertThat(store.k.lost.map((turn) => turn.event)).isEqualTo([number - 4, number - 2]);
    granted = true;
    assertThat(ask('late', {of_page: true, chance: '1'})).isEqualTo('true');
    assertThat(ask('late', {of_page: true, chance: '2'})).isEqualTo('false');
setup: |-
  let granted = true;
  let number = 3;
  let event = 'given';
  let now = 1700000000000;
  const store = {};
  const next = () => { number += 2; };
  const ask = (when, fields) => {
    const more = fields || {};
    return runCode({
      key: more.key || 'k', types: 'ad_storage', when: when, id: 'id.' + number,
      chance: more.chance, except: more.except, of_page: more.of_page, yields: more.yields,
      apart: more.apart, forgets: more.forgets,
      kept: more.kept, name: more.name, value: more.value
    });
  };
  mock('isConsentGranted', () => granted);
  mock('copyFromDataLayer', (key) => key === 'event' ? event : number);
  mock('getTimestampMillis', () => now);
  mockObject('templateStorage', {
    getItem: (key) => store.hasOwnProperty(key) ? store[key] : null,
    setItem: (key, value) => { store[key] = value; }
  });


___NOTES___

A tag that waits for consent has two triggers: its own, with `turn` among the conditions, and the
site's consent event, with `late`. On a single-page app it has a third, which never fires it: with
`left` it says that the page is another one. The triggers of its exceptions have `blocked`, or `spared`.
