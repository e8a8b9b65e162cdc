// The host in a real page. It never evaluates text where the page's policy forbids it: Custom
// JavaScript goes through eval, inline scripts of Custom HTML through elements without a nonce, as
// gtm.js does (facts: sandbox, section 6).
(function (rt) {
  'use strict';

  const window = globalThis;
  const document = window.document;
  const setTimeout = window.setTimeout.bind(window);

  // With Trusted Types, addresses and HTML pass through a policy of GTM's name.
  let policy;
  try {
    policy = window.trustedTypes && window.trustedTypes.createPolicy('goog#html', {
      createHTML: (text) => text, createScript: (text) => text, createScriptURL: (text) => text,
    });
  } catch (error) { policy = undefined; }
  const trusted = (kind, text) => (policy ? policy[kind](text) : text);

  const nonce = function () {
    const element = document.querySelector('script[nonce]');
    return element ? element.nonce || element.getAttribute('nonce') || '' : '';
  };

  const loadScript = function (url, onload, onerror) {
    const script = document.createElement('script');
    script.async = true;
    script.src = trusted('createScriptURL', String(url));
    script.onload = () => onload && onload();
    script.onerror = () => onerror && onerror();
    const value = nonce();
    if (value) script.setAttribute('nonce', value);
    const first = document.getElementsByTagName('script')[0];
    if (first && first.parentNode) first.parentNode.insertBefore(script, first);
    else (document.head || document.documentElement).appendChild(script);
  };

  const isJavaScript = (type) => !type || /^(text|application)\/(x-)?(java|ecma)script$|^text\/gtmscript$/i.test(type.trim());
  const remake = function (old) {
    const script = document.createElement('script');
    for (const name of ['id', 'charset']) if (old.getAttribute(name)) script.setAttribute(name, old.getAttribute(name));
    script.type = 'text/javascript';
    return script;
  };

  // A policy that forbids inline scripts is told of later, by an event at the element.
  const watchBlocked = function (scripts, blocked) {
    if (!scripts.length) return;
    let left = scripts.length;
    document.addEventListener('securitypolicyviolation', (event) => {
      if (!scripts.includes(event.target)) return;
      scripts.splice(scripts.indexOf(event.target), 1);
      left -= 1;
      rt.reportError('Custom HTML', `an inline script is blocked by the page's ${event.effectiveDirective}`);
      if (left === 0) blocked();
    });
  };

  // Puts the nodes of a Custom HTML tag at the end of the page, one after the other, as gtm.js does;
  // scripts run in their place. `blocked` is called when the page's policy let none of them run.
  const runHtml = function (html, done, blocked, writes) {
    if (!document.body) return void setTimeout(() => runHtml(html, done, blocked, writes), 20);
    const holder = document.createElement('div');
    holder.innerHTML = trusted('createHTML', html);
    const target = document.body;
    const inline = [];
    let hasFile = false;
    const finish = function (succeeded) {
      if (blocked && !hasFile) watchBlocked(inline, blocked);
      done(succeeded);
    };
    const next = function (nodes) {
      const node = nodes.shift();
      if (!node) return finish(true);
      if (node.nodeName !== 'SCRIPT' || !isJavaScript(node.getAttribute('type'))) {
        target.appendChild(node);
        return scripts([...(node.querySelectorAll ? node.querySelectorAll('script') : [])], () => next(nodes));
      }
      return script(node, target, () => next(nodes));
    };
    const scripts = function (list, then) {
      const one = list.shift();
      if (!one) return then();
      const parent = one.parentNode;
      return script(one, parent, () => scripts(list, then));
    };
    // What a script writes stands where the script stands, and runs before what follows.
    const collect = function (fresh, then) {
      if (!writes) return then;
      let text = '';
      document.write = (...list) => { text += list.join(''); };
      document.writeln = (...list) => { text += list.join('') + '\n'; };
      return function () {
        delete document.write;
        delete document.writeln;
        if (!text) return then();
        const written = document.createElement('div');
        written.innerHTML = trusted('createHTML', text);
        const nodes = [...written.childNodes];
        const after = fresh.nextSibling;
        const place = fresh.parentNode || target;
        const add = function () {
          const node = nodes.shift();
          if (!node) return then();
          place.insertBefore(node, after);
          if (node.nodeName === 'SCRIPT') return script(node, place, add);
          return scripts([...(node.querySelectorAll ? node.querySelectorAll('script') : [])], add);
        };
        return add();
      };
    };
    const script = function (old, parent, next) {
      const fresh = remake(old);
      const then = collect(fresh, next);
      if (old.parentNode) old.parentNode.removeChild(old);
      const src = old.getAttribute('src');
      if (src) {
        hasFile = true;
        const value = nonce();
        if (value) fresh.setAttribute('nonce', value);
        fresh.onload = then;
        // What stands after a file that does not load is not run.
        fresh.onerror = () => finish(false);
        fresh.async = true;
        fresh.src = trusted('createScriptURL', src);
        parent.appendChild(fresh);
        return;
      }
      inline.push(fresh);
      fresh.text = trusted('createScript', old.text);
      parent.appendChild(fresh);
      then();
    };
    next([...holder.childNodes]);
    return undefined;
  };

  const toHex = (buffer) => [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, '0')).join('');
  const toBase64 = (buffer) => window.btoa(String.fromCharCode(...new Uint8Array(buffer)));

  rt.host = {
    window, document, now: () => Date.now(),
    setTimeout: (task, delay) => setTimeout(task, delay), clearTimeout: window.clearTimeout.bind(window),
    setInterval: window.setInterval.bind(window), clearInterval: window.clearInterval.bind(window),
    location: () => window.location, referrer: () => document.referrer, title: () => document.title,
    characterSet: () => document.characterSet,
    getCookie: () => document.cookie, setCookie: (text) => { document.cookie = text; },
    get localStorage() { try { return window.localStorage; } catch (error) { return null; } },
    loadScript,
    loadImage(url, onload, onerror) {
      const image = new window.Image(1, 1);
      image.onload = onload;
      image.onerror = onerror;
      image.src = url;
    },
    loadFrame(url, onload) {
      const frame = document.createElement('iframe');
      frame.style.display = 'none';
      frame.onload = onload;
      frame.src = url;
      (document.body || document.head || document.documentElement).appendChild(frame);
    },
    runHtml,
    evaluate: (code) => window.eval(trusted('createScript', code)),
    sha256(text, encoding, ok, fail) {
      const subtle = window.crypto && window.crypto.subtle;
      if (!subtle) return void setTimeout(() => fail({name: 'BrowserNotSupported', message: 'crypto.subtle is missing'}), 0);
      subtle.digest('SHA-256', new TextEncoder().encode(text)).then(
        (digest) => ok(encoding === 'hex' ? toHex(digest) : toBase64(digest)),
        (error) => fail({name: error.name, message: error.message}));
      return undefined;
    },
    random: () => Math.random(),
    log: (level, list) => rt.records.logs.push({step: rt.currentStep, level, args: list.map((one) => rt.describe(one))}),
    onReady(ready, loaded) {
      if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => setTimeout(ready, 0));
      else setTimeout(ready, 0);
      if (document.readyState === 'complete') setTimeout(loaded, 1);
      else window.addEventListener('load', () => setTimeout(loaded, 1));
    },
  };
  rt.records.logs = [];
  rt.page = {
    changeHash: (hash) => { window.location.hash = hash; },
    leave: (url) => { window.location.href = url; },
    reload: () => window.location.reload(),
  };
  rt.runPageCode = (work) => {
    try { return work(); } catch (error) {
      rt.reportError('page', error);
      setTimeout(() => { throw error; }, 0);
      return undefined;
    }
  };
})
