import { expect, test } from '@jest/globals';
import { isPrivateAddress } from '../../src/gates/address.js';

test.each([
  ['10.1.2.3', true],
  ['127.0.0.1', true],
  ['169.254.169.254', true],
  ['100.100.100.200', true],
  ['172.31.255.255', true],
  ['192.168.0.1', true],
  ['0.0.0.0', true],
  ['[::1]', true],
  ['fe80::1', true],
  ['fd00::1', true],
  ['::ffff:10.0.0.1', true],
  ['8.8.8.8', false],
  ['172.32.0.1', false],
  ['2606:4700::1111', false],
  ['example.com', false],
])('%s is private: %s', (address, expected) => {
  expect(isPrivateAddress(address)).toBe(expected);
});
