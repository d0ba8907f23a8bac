import { expect, test } from 'vitest';
import type { DenylistAnswer, DenylistQuestion } from '../../bench/denylist-process.ts';
import { startPeer } from '../../bench/peer.ts';

const start = () =>
  startPeer<DenylistQuestion, DenylistAnswer>(new URL('../../bench/denylist-process.ts', import.meta.url));

test('a denylist in a process of its own answers questions, and keeps what it was told', async () => {
  const peer = start();
  const written = { issuer: 'https://i.example', at: 1_800_000_000 };
  const { url } = await peer.ask({ written, size: 4 });
  const body = {
    RequestItems: { t: { Keys: [{ key: { S: 'jti#https://i.example#jti-0' } }], ConsistentRead: true } },
  };
  const headers = { 'x-amz-target': 'DynamoDB_20120810.BatchGetItem', connection: 'close' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(await response.json()).toMatchObject({ Responses: { t: [{ blocked: { BOOL: false } }] } });
  expect(await peer.ask({})).toEqual({ url, requests: 1, connections: 1 });
  await peer.stop();
});

test('whoever asks a process that is over is told', async () => {
  const peer = start();
  await peer.ask({});
  await peer.stop();
  await expect(peer.ask({})).rejects.toThrow();
});

test('what goes wrong over there is told here', async () => {
  const peer = start();
  await expect(peer.ask(null as never)).rejects.toThrow('TypeError');
  await peer.stop();
});
