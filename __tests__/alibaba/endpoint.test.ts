import { expect, test } from '@jest/globals';
import { REGIONS, readEndpoint, regionEndpoint, regionStsEndpoint } from '../../src/alibaba/endpoint.js';

test.each([
  ['https://esa.example', { protocol: 'https', host: 'esa.example' }],
  ['https://esa.example/', { protocol: 'https', host: 'esa.example' }],
  ['https://esa.example:8443', { protocol: 'https', host: 'esa.example:8443' }],
  ['https://esa.example:443', { protocol: 'https', host: 'esa.example' }],
  ['http://127.0.0.1:8080', { protocol: 'http', host: '127.0.0.1:8080' }],
  ['http://localhost:1', { protocol: 'http', host: 'localhost:1' }],
  ['http://[::1]:1', { protocol: 'http', host: '[::1]:1' }],
])('%s is an endpoint', (text, endpoint) => {
  expect(readEndpoint(text)).toEqual(endpoint);
});

test.each([
  '',
  'esa.example',
  'http://esa.example',
  'http://128.0.0.1',
  'http://127.0.0.1.example',
  'ftp://esa.example',
  'https://',
  'https://user@esa.example',
  'https://@esa.example',
  'https://esa.example/path',
  'https://esa.example?query',
  'https://esa.example#hash',
])('%j is none', (text) => {
  expect(readEndpoint(text)).toBeUndefined();
});

test.each(REGIONS)('%s has an endpoint of ESA and one of STS, both with TLS', (region) => {
  expect(regionEndpoint(region)).toEqual({ protocol: 'https', host: `esa.${region}.aliyuncs.com` });
  expect(regionStsEndpoint(region)).toEqual({ protocol: 'https', host: `sts.${region}.aliyuncs.com` });
});
