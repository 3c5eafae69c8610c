'use strict';
let loaded;
const load = () => (loaded ??= require('./https-proxy-agent.module.cjs'));
module.exports = new Proxy({}, {
  get: (_, name) => (name === '__esModule' ? true : load()[name]),
  has: (_, name) => name in load(),
});
