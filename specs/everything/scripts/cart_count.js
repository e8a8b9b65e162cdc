function() {
  // A Custom JavaScript variable is one function without a name, called each time GTM reads the
  // variable. GTM takes ES5 here, and the site's CSP must allow 'unsafe-eval'.
  try {
    return JSON.parse(window.localStorage.getItem('cart') || '[]').length;
  } catch (error) {
    return undefined;
  }
}
