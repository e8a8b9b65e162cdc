// A shop of a few pages without a framework: pages change by pushState, the cart lives in the tab.
(function () {
  'use strict';

  const fault = window.shopFault;
  const main = document.getElementById('page');
  const cart = JSON.parse(sessionStorage.getItem('cart') || '[]');
  let catalogue;

  // ------------------------------------------------------------------------- what is measured
  const push = (message) => {
    if (fault === 'no-currency' && message.ecommerce) delete message.ecommerce.currency;
    // The data layer keeps what an earlier message brought: GA4's own advice is to clear it.
    if (message.ecommerce) window.dataLayer.push({ecommerce: null});
    window.dataLayer.push(message);
  };
  const amount = (text) => Math.round(Number(text) * 100) / 100;
  const item = (product, variant, quantity) => ({
    item_id: fault === 'variant-id' ? variant.id : product.id,
    item_name: product.title,
    item_variant: variant.size,
    price: fault === 'text-price' ? `${product.price.replace('.', ',')} €` : amount(product.price),
    quantity,
  });
  const cartItems = () => cart.map((line) => {
    const product = catalogue.products.find((one) => one.id === line.product);
    return item(product, product.variants.find((one) => one.id === line.variant), line.quantity);
  });
  const cartValue = () => amount(cart.reduce((sum, line) =>
    sum + amount(catalogue.products.find((one) => one.id === line.product).price) * line.quantity, 0));
  const measure = (event, value, items, more) =>
    push({event, ecommerce: {...more, value, currency: catalogue.currency, items}});

  const measurePurchase = function (order) {
    const items = cartItems();
    const value = amount(order.value);
    if (fault === 'late-id') {
      measure('purchase', value, items);
      setTimeout(() => window.dataLayer.push({ecommerce: {transaction_id: order.id}}), 200);
    } else {
      measure('purchase', value, items, {transaction_id: order.id});
    }
  };

  // ----------------------------------------------------------------------------------- pages
  const element = function (name, attributes, ...children) {
    const result = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) result.setAttribute(key, value);
    result.append(...children);
    return result;
  };
  const price = (product) => `${product.price} ${catalogue.currency}`;
  const address = (product) => `/products/${product.slug}`;
  const list = (products) => element('ul', {class: 'products'}, ...products.map((one) =>
    element('li', {}, element('div', {class: 'picture', style: `background: ${one.colour}`}),
      element('a', {href: address(one), id: one.id}, one.title), ` ${price(one)}`)));

  const showHome = () => ['Everything for a day outside', list(catalogue.products)];
  const showSearch = function () {
    const wanted = (new URLSearchParams(location.search).get('q') || '').toLowerCase();
    const hits = catalogue.products.filter((one) => `${one.title} ${one.description}`.toLowerCase().includes(wanted));
    return [`${hits.length} ${hits.length === 1 ? "product" : "products"} for “${wanted}”`, list(hits)];
  };
  const showProduct = function () {
    const product = catalogue.products.find((one) => address(one) === location.pathname);
    if (!product) return ['This page does not exist'];
    const first = product.variants[0];
    measure('view_item', amount(product.price), [item(product, first, 1)]);
    const select = element('select', {id: 'size'}, ...product.variants.map((one) => element('option', {value: one.id}, one.size)));
    const add = element('button', {id: 'add'}, 'Add to cart');
    add.addEventListener('click', () => addToCart(product, select.value));
    return [product.title, element('div', {class: 'picture', style: `background: ${product.colour}; max-width: 24rem`}),
      element('p', {}, product.description), element('p', {}, price(product)), element('label', {for: 'size'}, 'Size '), select, ' ', add];
  };
  const addToCart = function (product, variantId) {
    const variant = product.variants.find((one) => one.id === variantId);
    cart.push({product: product.id, variant: variant.id, quantity: 1});
    saveCart();
    measure('add_to_cart', amount(product.price), [item(product, variant, 1)]);
    if (fault === 'double-push') measure('add_to_cart', amount(product.price), [item(product, variant, 1)]);
  };
  const showCart = () => ['Your cart', ...cart.map((line) => element('p', {}, `${line.quantity} × ${line.variant}`)),
    element('a', {href: '/checkout', id: 'checkout'}, 'To the checkout')];
  const showCheckout = function () {
    measure('begin_checkout', cartValue(), cartItems());
    const form = element('form', {id: 'order'}, element('label', {for: 'email'}, 'E-mail '),
      element('input', {id: 'email', type: 'email', required: ''}), ' ', element('button', {id: 'pay'}, 'Pay'));
    form.addEventListener('submit', order);
    return [`To pay: ${cartValue().toFixed(2)} ${catalogue.currency}`, form];
  };
  const order = async function (submitted) {
    submitted.preventDefault();
    const email = document.getElementById('email').value;
    const answer = await fetch('/api/orders', {
      method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify({email, lines: cart}),
    });
    const paid = await answer.json();
    go('/thank-you');
    push({user: {email}});
    measurePurchase(paid);
    cart.length = 0;
    saveCart();
  };
  const showThanks = () => ['Thank you for your order'];

  const PAGES = {'/': showHome, '/search': showSearch, '/cart': showCart, '/checkout': showCheckout, '/thank-you': showThanks};
  const show = function () {
    const page = PAGES[location.pathname] || showProduct;
    const [title, ...content] = page();
    document.title = `${title} · Acme Outdoor`;
    main.replaceChildren(element('h1', {}, title), ...content);
  };
  const go = function (target) {
    // Some shops show a product under its number and put the pretty address in its place.
    if (fault === 'replace-redirect' && target.startsWith('/products/')) {
      history.pushState(null, '', target.replace('/products/', '/p/'));
      history.replaceState(null, '', target);
    } else {
      history.pushState(null, '', target);
    }
    show();
  };
  const saveCart = function () {
    sessionStorage.setItem('cart', JSON.stringify(cart));
    document.getElementById('count').textContent = String(cart.length);
  };

  // --------------------------------------------------------------------------------- consent
  const banner = document.getElementById('banner');
  const choose = function (choice) {
    localStorage.setItem('consent', choice);
    banner.hidden = true;
    if (choice !== 'granted') return;
    window.gtag('consent', 'update', {ad_storage: 'granted', analytics_storage: 'granted'});
    window.dataLayer.push({event: 'consent_given'});
    if (fault === 'second-pixel') window.installPixel('CAGENCYPIXEL00000001').track('ViewContent', {content_id: 'SHOE-1'});
  };

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="/"]');
    if (!link) return;
    event.preventDefault();
    go(link.getAttribute('href'));
  });
  document.getElementById('search').addEventListener('submit', (event) => {
    event.preventDefault();
    go(`/search?q=${encodeURIComponent(document.getElementById('q').value)}`);
  });
  document.getElementById('accept').addEventListener('click', () => choose('granted'));
  document.getElementById('reject').addEventListener('click', () => choose('denied'));
  window.addEventListener('popstate', show);

  fetch('/products.json').then((answer) => answer.json()).then((products) => {
    catalogue = products;
    banner.hidden = localStorage.getItem('consent') !== null;
    saveCart();
    show();
    if (fault === 'late-container') setTimeout(window.loadContainer, 600);
  });
})();
