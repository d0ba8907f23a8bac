import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CutoffError } from '../../../functions/domain/errors.ts';
import { TokenRefused, tokenVerifier } from '../../../functions/receive-signal/signed-token.ts';
import { remoteKeys } from '../../../functions/receive-signal/signer-keys.ts';
import { makeSigner, type TestSigner } from './test-signer.ts';

const issuer = 'https://idp.acme.example';
const state = { downloads: 0, status: 200, body: '' };
const server = createServer((_request, response) => {
  state.downloads += 1;
  response.writeHead(state.status, { location: '/elsewhere' }).end(state.body);
});
let first: TestSigner;
let second: TestSigner;

beforeAll(async () => {
  [first, second] = await Promise.all([makeSigner('k-1'), makeSigner('k-2')]);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  publish(first);
  Object.assign(state, { downloads: 0, status: 200 });
});
afterEach(() => {
  vi.useRealTimers();
});

const publish = (...signers: TestSigner[]) => {
  state.body = JSON.stringify({ keys: signers.map(({ jwk }) => jwk) });
};
const verifier = () => {
  const jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const rules = { types: ['secevent+jwt'], maxAgeSeconds: 3600, mustExpire: false, now: () => new Date() };
  return tokenVerifier({ ...rules, signers: [{ issuer, audience: 'a', jwksUri }], keysOf: remoteKeys });
};
const tokenBy = (signer: TestSigner, header: object = {}) =>
  signer.sign(
    { iss: issuer, aud: 'a', jti: 'j', iat: Math.floor(Date.now() / 1000) },
    { typ: 'secevent+jwt', ...header },
  );
const verdict = async (token: string, verify = verifier()): Promise<string> =>
  verify(token).then(
    () => 'believed',
    (error: unknown) =>
      error instanceof TokenRefused
        ? error.fault
        : error instanceof CutoffError
          ? error.code
          : 'another error',
  );

describe('keys over HTTP', () => {
  it('are downloaded once for many tokens', async () => {
    const verify = verifier();
    for (let round = 0; round < 3; round += 1)
      expect(await verdict(await tokenBy(first), verify)).toBe('believed');
    expect(state.downloads).toBe(1);
  });

  it('are downloaded again, once, for a kid that is not known yet: keys rotate', async () => {
    const verify = verifier();
    expect(await verdict(await tokenBy(first), verify)).toBe('believed');
    vi.advanceTimersByTime(5001);
    publish(first, second);
    expect(await verdict(await tokenBy(second), verify)).toBe('believed');
    expect(await verdict(await tokenBy(first), verify)).toBe('believed');
    expect(state.downloads).toBe(2);
  });

  it('are not downloaded again for each kid that a stranger makes up', async () => {
    const verify = verifier();
    await verdict(await tokenBy(first), verify);
    vi.advanceTimersByTime(5001);
    for (let round = 0; round < 10; round += 1) {
      expect(await verdict(await tokenBy(first, { kid: `made-up-${round}` }), verify)).toBe('key-unknown');
    }
    expect(state.downloads).toBe(2);
  });

  it('die with their issuer’s list, ten minutes after it withdrew them', async () => {
    const verify = verifier();
    expect(await verdict(await tokenBy(first), verify)).toBe('believed');
    publish(second);
    vi.advanceTimersByTime(10 * 60 * 1000);
    expect(await verdict(await tokenBy(first), verify)).toBe('key-unknown');
  });

  it.each([
    ['an error', 500, ''],
    ['a redirect', 302, ''],
    ['no key set', 200, '{"keys": 7}'],
    ['no JSON', 200, 'keys'],
  ])('are our trouble, not the sender’s, after %s', async (_, status, body) => {
    Object.assign(state, { status, body });
    const verify = verifier();
    const error = await verify(await tokenBy(first)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect((error as Error).message).toBe('the keys of an issuer are out of reach');
  });

  it('leave an issuer that is down in peace, and are asked for again after it rested', async () => {
    state.status = 503;
    const verify = verifier();
    for (let round = 0; round < 5; round += 1)
      expect(await verdict(await tokenBy(first), verify)).toBe('unavailable');
    expect(state.downloads).toBe(1);
    state.status = 200;
    vi.advanceTimersByTime(5001);
    expect(await verdict(await tokenBy(first), verify)).toBe('believed');
  });

  it('do not help a token that an unknown issuer signed: nothing is downloaded for it', async () => {
    const token = await first.sign({ iss: 'https://evil.example', aud: 'a' }, { typ: 'secevent+jwt' });
    expect(await verdict(token)).toBe('issuer-unknown');
    expect(state.downloads).toBe(0);
  });
});
