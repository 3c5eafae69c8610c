import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { extraInfoText, readExtraInfo, subjectOf } from '../../../src/rollout/upload/extra-info.js';
import { nasty } from '../../support/rollout/nasty.js';

const told = {
  commit: { id: 'a'.repeat(40), message: 'Greet\n\nBecause.', branch: 'main', repository: 'octo/hello' },
  digest: 'd'.repeat(64),
  uploadId: '0b0c7a52-9d0c-4b5c-8f4e-2f6f7e1f4a11',
  nameHashes: undefined,
};

test('is what Git builds of ESA write, and ours beside it', () => {
  expect(JSON.parse(extraInfoText(told))).toEqual({
    Source: 'Github',
    Branch: 'main',
    CommitId: 'a'.repeat(40),
    CommitMessage: 'Greet',
    Repository: 'octo/hello',
    Digest: 'd'.repeat(64),
    UploadId: told.uploadId,
  });
});

describe('is read back', () => {
  test('as it was written, with as many names as there is room for', () => {
    const nameHashes = Array.from({ length: 500 }, (_, index) => (index * 7919).toString(16).padStart(6, '0'));
    const text = extraInfoText({ ...told, nameHashes });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024);
    const { digest, uploadId, assetNames } = readExtraInfo(text);
    expect([digest, uploadId]).toEqual([told.digest, told.uploadId]);
    expect(assetNames?.count).toBe(500);
    expect(assetNames?.hashes.length).toBeGreaterThan(80);
    expect(assetNames?.hashes).toEqual(nameHashes.toSorted().slice(0, assetNames?.hashes.length));
  });

  test('with none where none of its assets has a hash: then it lacks all of another version', () => {
    expect(readExtraInfo(extraInfoText({ ...told, nameHashes: [] })).assetNames).toEqual({ count: 0, hashes: [] });
  });

  test('whatever the commit says', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (message, branch, repository) => {
        const written = extraInfoText({ ...told, commit: { ...told.commit, message, branch, repository } });
        expect(readExtraInfo(written)).toEqual({
          digest: told.digest,
          uploadId: told.uploadId,
          assetNames: undefined,
        });
        expect(written).not.toMatch(/[\n\r]/);
        expect(Buffer.byteLength(written)).toBeLessThanOrEqual(1536);
      }),
    );
  });

  test('only where each member is of its form', () => {
    const of = (Digest: unknown, UploadId: unknown) => readExtraInfo(JSON.stringify({ Digest, UploadId }));
    const [digest, uploadId] = ['d'.repeat(64), told.uploadId];
    for (const wrong of [`x${digest}`, `${digest}x`, [digest]]) expect(of(wrong, uploadId).digest).toBeUndefined();
    for (const wrong of [`x${uploadId}`, `${uploadId}x`, [uploadId]])
      expect(of(digest, wrong).uploadId).toBeUndefined();
    expect(of(digest, uploadId)).toEqual({ digest, uploadId, assetNames: undefined });
  });

  test.each([
    undefined,
    '',
    '{}',
    '[]',
    'null',
    '7',
    '"x"',
    '{',
    '{"Source":"CLI"}',
    '{"Digest":7,"UploadId":null,"AssetNames":[]}',
    `{"Digest":"${'D'.repeat(64)}","UploadId":"<script>","AssetNames":"1:x"}`,
    '{"__proto__":{"Digest":"x"},"constructor":1}',
  ])("as nothing where it is somebody else's: %s", (text) => {
    expect(readExtraInfo(text)).toEqual({ digest: undefined, uploadId: undefined, assetNames: undefined });
  });
});

test('texts are cut, however long they become when they are escaped', () => {
  const long = '\u202e'.repeat(500);
  const commit = { id: long, message: long, branch: long, repository: long };
  const { Branch, CommitId, CommitMessage, Repository } = JSON.parse(extraInfoText({ ...told, commit }));
  expect([Branch, CommitId, CommitMessage, Repository].map((text: string) => [...text].length)).toEqual([
    60, 64, 80, 100,
  ]);
});

test('a subject is the first line', () => {
  expect(['', '\n', '\n a \r\nb', 'a', 'a\rb'].map(subjectOf)).toEqual(['', '', 'a', 'a', 'a']);
});
