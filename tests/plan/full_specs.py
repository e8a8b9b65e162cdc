"""Raw entities that fill every field of every kind, in a web and in a server container."""

from __future__ import annotations

_PARAMETERS = """\
parameters:
        html: "<b>{{Page Path}}</b>"
        flag: true
        number: 7
        list: [a, {column: b}]
        map: {inner: c}"""

WEB = f"""\
gtmgen: 1
project: shop
container: {{gtm: GTM-SHOP1, workspace: gtmgen}}
gtm:
  folders:
    main: {{name: Main, notes: A folder.}}
  templates:
    own:
      name: Own
      data: &tpl |
        ___INFO___

        {{}}

        ___TEMPLATE_PARAMETERS___

        []

        ___SANDBOXED_JS_FOR_WEB_TEMPLATE___

        return 1;

        ___NOTES___

        Mine.
    gallery:
      name: Gallery
      data: *tpl
      gallery:
        host: github.com
        owner: acme
        repository: pixel
        version: 0123abcd
        signature: sig
        galleryTemplateId: 5TP8W
        templateDeveloperId: dev
        isModified: true
  variables:
    full:
      name: Full variable
      notes: A variable.
      type: j
      folder: Main
      parameters: {{name: x}}
      more:
        enablingTriggerId: [Go]
        disablingTriggerId: [Stop]
        scheduleStartMs: "1000"
        scheduleEndMs: "2000"
        formatValue:
          caseConversionType: LOWERCASE
          convertNullToValue: {{type: TEMPLATE, value: a}}
          convertUndefinedToValue: {{type: TEMPLATE, value: b}}
          convertTrueToValue: {{type: TEMPLATE, value: c}}
          convertFalseToValue: {{type: TEMPLATE, value: d}}
          convertToBoolean: true
          convertToNumber: PERIOD
  triggers:
    go: {{name: Go, type: PAGEVIEW}}
    stop: {{name: Stop, type: PAGEVIEW}}
    group:
      name: A group
      type: TRIGGER_GROUP
      parameters: {{triggerIds: [{{$trigger: Go}}, {{$trigger: Stop}}]}}
    full:
      name: Full trigger
      notes: A trigger.
      type: CUSTOM_EVENT
      folder: Main
      parameters: {{some: thing}}
      custom_event_filter: [{{left: "{{{{_event}}}}", equals: buy}}]
      filter: [{{left: "{{{{Page Path}}}}", contains: shop}}]
      auto_event_filter: [{{left: "{{{{Page Path}}}}", contains: cart, negate: true}}]
      settings:
        waitForTags: true
        checkValidation: true
        waitForTagsTimeout: "2000"
        uniqueTriggerId: "1"
        eventName: x
        interval: "1"
        limit: "2"
        selector: .a
        visibilitySelector: .b
        intervalSeconds: "3"
        maxTimerLengthSeconds: "4"
        verticalScrollPercentageList: [a]
        horizontalScrollPercentageList: [b]
        visiblePercentageMin: "5"
        visiblePercentageMax: "6"
        continuousTimeMinMilliseconds: "7"
        totalTimeMinMilliseconds: "8"
  tags:
    made: {{name: Z made of the gallery, type: {{template: Gallery}}, firing: [A group]}}
    made_too: {{name: Z made, type: {{template: Own}}}}
    before: {{name: Z before, type: html, parameters: {{html: "<i>"}}}}
    after: {{name: Z after, type: html, parameters: {{html: "<i>"}}}}
    full:
      name: A full tag
      notes: A tag.
      type: html
      folder: Main
      {_PARAMETERS}
        other: {{$tag: Z after}}
      firing: [Go]
      blocking: [Stop]
      once: unlimited
      consent: [ad_storage, ad_user_data]
      priority: 7
      paused: true
      setup: {{tag: Z before, stop_on_failure: true}}
      teardown: {{tag: Z after, stop_on_failure: true}}
      more:
        liveOnly: true
        scheduleStartMs: "1000"
        scheduleEndMs: "2000"
        monitoringMetadata: {{type: MAP, map: [{{type: TEMPLATE, key: k, value: v}}]}}
        monitoringMetadataTagNameKey: tag_name
  built_in_variables: [page_path, random_number]
  zones:
    full:
      name: Full zone
      notes: A zone.
      conditions: [{{left: "{{{{Page Path}}}}", contains: shop}}]
      evaluation: [Go]
      more:
        childContainer: [{{publicId: GTM-OTHER1, nickname: other}}]
        typeRestriction: {{enable: true, whitelistedTypeId: [html, {{template: Own}}]}}
  gtag_configs:
    full:
      type: googtag
      parameters: {{tagId: G-ABC, extra: x}}
"""

SERVER = f"""\
gtmgen: 1
project: shop
container: {{gtm: GTM-SERV1, workspace: gtmgen, context: server}}
gtm:
  folders:
    main: {{name: Main}}
  tags:
    full: {{name: A tag, type: sgtmgaaw}}
  clients:
    full:
      name: Full client
      notes: A client.
      type: gaaw_client
      folder: Main
      priority: 3
      {_PARAMETERS}
  transformations:
    full:
      name: Full transformation
      notes: A transformation.
      type: tf_augment_event
      folder: Main
      {_PARAMETERS}
        affectedTags: [{{$tag: A tag, weak: true}}]
"""
