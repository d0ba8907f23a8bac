import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { downloadKeys } from '../../../functions/authorize/jwks.ts';
import { publicKeysOf } from '../../../functions/authorize/public-keys.ts';
import { type KeyServer, startKeyServer } from './key-server.ts';

let server: KeyServer;
beforeAll(async () => {
  server = await startKeyServer();
});
afterAll(() => server.close());
beforeEach(() => {
  Object.assign(server.state, { status: 200, body: undefined, holds: false });
});

describe('downloadKeys', () => {
  it('asks over a connection of its own, since a kept one may have died in a freeze', async () => {
    expect(await downloadKeys(server.url)).toMatchObject([{ kid: 'k-1', algorithms: ['ES256'] }]);
    expect(server.state.headers.connection).toBe('close');
  });

  it.each([
    ['an error', { status: 500 }],
    ['a redirect', { status: 302 }],
    ['no JSON', { body: '<html>' }],
    ['no key set', { body: '{}' }],
    ['a list', { body: '[]' }],
    ['keys that are none', { body: '{"keys":[7]}' }],
    ['a key without a type', { body: '{"keys":[{"kid":"k-1"}]}' }],
    ['a key whose name is a number', { body: '{"keys":[{"kty":"EC","kid":1}]}' }],
  ])('fails where the issuer answers %s', async (_name, state) => {
    Object.assign(server.state, state);
    await expect(downloadKeys(server.url)).rejects.toThrow();
  });

  it('believes an issuer that publishes no keys at all', async () => {
    server.state.body = '{"keys":[]}';
    expect(await downloadKeys(server.url)).toEqual([]);
  });

  it('gives up an issuer that never answers', async () => {
    server.state.holds = true;
    await expect(downloadKeys(server.url)).rejects.toThrow('AnswerTimeout');
  });

  it('gives up one that answers without end', async () => {
    server.state.body = `{"keys":[],"more":"${'x'.repeat(1_000_000)}"}`;
    await expect(downloadKeys(server.url)).rejects.toThrow('AnswerTooLong');
  });

  it.each(['http://issuer.example.com/keys', 'file:///etc/passwd', 'data:application/json,{"keys":[]}'])(
    'does not ask at %s',
    (uri) => expect(downloadKeys(uri)).rejects.toThrow('https'),
  );
});

const rsa = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
const ec = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' });
const algorithmsOf = (jwk: object) =>
  publicKeysOf([{ kid: 'k', ...jwk } as never]).flatMap(({ algorithms }) => algorithms);

describe('a published key', () => {
  it.each([
    ['RSA', () => rsa(2048), ['RS256', 'RS384', 'RS512']],
    ['P-256', () => ec('P-256'), ['ES256']],
    ['P-384', () => ec('P-384'), ['ES384']],
    ['P-521', () => ec('P-521'), ['ES512']],
    ['Ed25519', () => generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), ['EdDSA']],
    ['Ed448', () => generateKeyPairSync('ed448').publicKey.export({ format: 'jwk' }), ['EdDSA']],
  ])('of the kind %s is for the algorithms that ask for it', (_kind, jwk, algorithms) => {
    expect(algorithmsOf(jwk())).toEqual(algorithms);
  });

  it.each([
    ['is weaker than 2048 bits', () => rsa(1024)],
    ['is on a curve without algorithm', () => ec('secp256k1')],
    ['agrees on secrets', () => generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' })],
    ['is a shared secret', () => ({ kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' })],
    ['is for encryption', () => ({ ...rsa(2048), use: 'enc' })],
    ['is for another operation', () => ({ ...rsa(2048), key_ops: ['encrypt'] })],
    ['has operations that are no list', () => ({ ...rsa(2048), key_ops: 'verify' })],
    ['names an algorithm that does not fit', () => ({ ...ec('P-256'), alg: 'RS256' })],
    ['names an algorithm that is not known', () => ({ ...rsa(2048), alg: 'PS256' })],
    ['has no name', () => ({ ...rsa(2048), kid: undefined })],
    ['is broken', () => ({ kty: 'RSA', n: '!', e: '' })],
    ['is of no known kind', () => ({ kty: 'AKP' })],
  ])('is left out where it %s', (_name, jwk) => {
    expect(algorithmsOf(jwk())).toEqual([]);
  });

  it('that names its algorithm is for that one only, and others beside a broken one are kept', () => {
    const good = { ...rsa(2048), kid: 'good', alg: 'RS384', key_ops: ['verify'] };
    expect(publicKeysOf([{ kty: 'RSA', kid: 'bad' }, good] as never)).toMatchObject([
      { kid: 'good', algorithms: ['RS384'] },
    ]);
  });
});
