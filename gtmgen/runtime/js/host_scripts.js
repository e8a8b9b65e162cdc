// Scripts of pages and Custom HTML in QuickJS: which ones an HTML text holds, and what they declare.
(function (rt) {
  'use strict';

  // What is no element, or holds text alone: a script in there does not run.
  const TEXT = '<!--[\\s\\S]*?-->|<(noscript|template|textarea|style|title)\\b[\\s\\S]*?<\\/\\1\\s*>';
  const SCRIPT = '<script\\b((?:[^>"\']|"[^"]*"|\'[^\']*\')*)>([\\s\\S]*?)<\\/script\\s*>';
  rt.attributeOf = function (text, name) {
    const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(text);
    return match ? match[1] ?? match[2] ?? match[3] : undefined;
  };
  const isJavaScript = (type) => !type || /^(text|application)\/(x-)?(java|ecma)script$|^text\/gtmscript$|^module$/i.test(type.trim());

  // [{src, code, index}] in the order of the text.
  rt.scriptsOf = function (html) {
    const list = [];
    for (const match of html.matchAll(new RegExp(`${TEXT}|${SCRIPT}`, 'gi'))) {
      const [, , attributes, code] = match;
      if (attributes === undefined || !isJavaScript(rt.attributeOf(attributes, 'type'))) continue;
      list.push({src: rt.attributeOf(attributes, 'src'), code, index: match.index});
    }
    return list;
  };
  rt.withoutScripts = (html) => html.replace(new RegExp(`${TEXT}|${SCRIPT}`, 'gi'), '');

  // A script's own `let`, `const` and `class` are seen by the scripts after it. Code that is evaluated
  // keeps them for itself, so at the top level they become `var`.
  const TOKEN = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|[A-Za-z_$][\w$]*|[\d.]+|[\s\S]/y;
  const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
  const TARGET = /\s*[A-Za-z_$[{]/y;
  const NAME = /\s+([A-Za-z_$][\w$]*)/y;
  const matchAt = function (pattern, code, at) {
    pattern.lastIndex = at;
    return pattern.exec(code);
  };
  rt.globalScript = function (code) {
    // Most scripts of vendors are one function that is called: nothing stands at their top level.
    if (!/\b(let|const|class)\b/.test(code) || /^\s*(?:\/\/[^\n]*\s*)*[(!]/.test(code)) return code;
    let result = '';
    let depth = 0;
    let before = '';  // the last token
    let lineBroke = true;
    for (let at = 0; at < code.length;) {
      let [token] = matchAt(TOKEN, code, at);
      if (token === '/' && !/[\w$)\]]$/.test(before)) token = (matchAt(REGEX, code, at) || [token])[0];
      at += token.length;
      if (/^(\s|\/\/|\/\*)/.test(token)) {
        if (token.includes('\n')) lineBroke = true;
        result += token;
        continue;
      }
      const starts = depth === 0 && (lineBroke || before === ';' || before === '}');
      const name = starts && token === 'class' && matchAt(NAME, code, at);
      if (name) result += `var ${name[1]} = class`;
      else if (starts && (token === 'let' || token === 'const') && matchAt(TARGET, code, at)) result += 'var';
      else result += token;
      if (token === '(' || token === '[' || token === '{') depth += 1;
      else if (token === ')' || token === ']' || token === '}') depth -= 1;
      before = token;
      lineBroke = false;
    }
    return result;
  };
})
