'use strict';
// Loaded before the bundle: connections to the ECS metadata service go to METADATA_PORT on loopback instead, and every
// host that is connected to is written to CONNECTED, one a line.
const { appendFileSync } = require('node:fs');
const net = require('node:net');

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...given) {
  const [options] = Array.isArray(given[0]) ? given[0] : given;
  const host = options?.host ?? 'unknown';
  appendFileSync(process.env.CONNECTED, `${host}\n`);
  if (host === '100.100.100.200')
    Object.assign(options, { host: '127.0.0.1', port: Number(process.env.METADATA_PORT) });
  return connect.apply(this, given);
};
