// What a tag does when it runs: Custom HTML and images for real, custom templates in the sandbox,
// the tags of vendors as recorded calls.
(function (rt) {
  'use strict';

  const isSet = (value) => value === true || value === 'true';

  rt.resolveTag = function (tag) {
    const parameters = (tag.raw.parameter || []).filter((one) => !(tag.type === 'html' && one.key === 'html'));
    const fields = rt.resolveParameters(parameters);
    if (tag.type === 'html') {
      const source = (tag.raw.parameter || []).find((one) => one.key === 'html');
      rt.currentHtmlId = tag.id;
      fields.html = rt.renderHtml((source && source.value) || '');
      rt.currentHtmlId = undefined;
    }
    return fields;
  };

  // A GA4 event's table of parameters, as an object; undefined where a tag has none.
  rt.recordedParameters = function (tag, fields) {
    if (tag.type !== 'gaawe' || !Array.isArray(fields.eventSettingsTable)) return undefined;
    const result = {};
    for (const row of fields.eventSettingsTable) rt.setOwn(result, row.parameter, row.parameterValue);
    return result;
  };

  const later = (callback) => rt.host.setTimeout(callback, 0);

  const runImage = function (fields, onSuccess, onFailure) {
    let url = String(fields.url);
    if (isSet(fields.useCacheBuster)) {
      const name = fields.cacheBusterQueryParam || 'gtmcb';
      const separator = url.includes('?') ? (/[?&]$/.test(url) ? '' : '&') : '?';
      url += `${separator}${name}=${Math.floor(rt.host.random() * 2147483647)}`;
    }
    rt.host.loadImage(url, onSuccess, onFailure);
  };

  rt.runTag = function (tag, fields, context, onSuccess, onFailure) {
    if (tag.template) {
      return rt.runTemplateTag(tag.template, fields, {tagId: tag.id, ...context}, onSuccess, onFailure);
    }
    switch (tag.type) {
      case 'html': {
        return rt.host.runHtml(String(fields.html), (succeeded) => {
          later(succeeded ? onSuccess : onFailure);
        }, context.blocked, isSet(fields.supportDocumentWrite));
      }
      case 'img': return runImage(fields, () => later(onSuccess), () => later(onFailure));
      default:
        if (tag.type.startsWith('cvt_')) {
          rt.addOnce(rt.records.unsupported, `tag type ${tag.type} (no such template, or one that cannot run here)`);
          return later(onFailure);
        }
        return later(onSuccess);
    }
  };
})
