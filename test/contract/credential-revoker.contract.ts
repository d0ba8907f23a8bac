import { describe, expect, it } from 'vitest';
import type { CredentialRevoker, Order, Search } from '../../functions/credentials/credential-revoker.ts';
import { type Credential, credentialKey } from '../../functions/domain/credential.ts';
import { CutoffError } from '../../functions/domain/errors.ts';
import { MemoryStanding } from '../support/memory-stores.ts';
import { type CallLog, quoted } from './call-log.ts';

/** One live credential with everything around it that the contract needs to touch. */
export interface World<C extends Credential> {
  readonly revoker: CredentialRevoker<C>;
  readonly credential: C;
  readonly order: Order;
  readonly log: CallLog;
  /** Searches that find the credential, and searches that are no business of this kind. */
  readonly finds: readonly Search[];
  readonly ignores: readonly Search[];
  /** The permission that a denied `revoke` must name. */
  readonly missingAction: string;
  /** Somebody else cut it before us. Absent where only Cutoff can. */
  cutByOthers?(): Promise<void>;
  /** Somebody else deleted it. Absent where that cannot happen. */
  deletedByOthers?(): Promise<void>;
}

const listed = async <C extends Credential>({ revoker }: World<C>, search: Search): Promise<string[]> =>
  (await Array.fromAsync(revoker.discover(search))).map(({ credential }) => credentialKey(credential));

const failureOf = (call: Promise<unknown>): Promise<CutoffError> =>
  call.then(
    () => expect.fail('did not fail'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(CutoffError);
      return error as CutoffError;
    },
  );

/** What every kind of credential promises. One call per kind and per stand-in for AWS. */
export const describeRevokerContract = <C extends Credential>(
  name: string,
  makeWorld: () => Promise<World<C>>,
): void => {
  describe(`${name} keeps the contract of a credential revoker`, () => {
    it('inspects and discovers without writing', async () => {
      const world = await makeWorld();
      await world.revoker.inspect(world.credential, world.order);
      await world.revoker.describe(world.credential);
      for (const search of [...world.finds, ...world.ignores]) await listed(world, search);
      expect(world.log.writes()).toEqual([]);
    });

    it('sees a live credential as live', async () => {
      const { revoker, credential, order } = await makeWorld();
      const { state, level, observed } = await revoker.inspect(credential, order);
      expect(state).toBe('live');
      expect(revoker.requiredEvidence).toContain(level);
      expect(observed).not.toBe('');
      expect(credential.kind).toBe(revoker.kind);
    });

    it('revokes, once or twice, and sees it dead', async () => {
      const { revoker, credential, order } = await makeWorld();
      await revoker.revoke(credential, order);
      expect((await revoker.inspect(credential, order)).state).toBe('dead');
      await revoker.revoke(credential, order);
      expect((await revoker.inspect(credential, order)).state).toBe('dead');
    });

    it('contains deny in revoke', async () => {
      const denied = await makeWorld();
      const outcome = await denied.revoker.deny(denied.credential, denied.order);
      const revoked = await makeWorld();
      await revoked.revoker.revoke(revoked.credential, revoked.order);
      expect(denied.log.writes().length > 0).toBe(outcome === 'denied');
      expect(revoked.log.writes()).toEqual(expect.arrayContaining(denied.log.writes()));
    });

    it('restores the original, once or twice', async ({ skip }) => {
      const { revoker, credential, order } = await makeWorld();
      if (revoker.cannotComeBack) return skip(revoker.cannotComeBack);
      const before = await revoker.inspect(credential, order);
      await revoker.deny(credential, order);
      await revoker.revoke(credential, order);
      for (const _ of ['once', 'twice']) {
        await revoker.restore(credential, before.original);
        const { state, original } = await revoker.inspect(credential, order);
        expect({ state, original }).toEqual({ state: before.state, original: before.original });
      }
    });

    it('leaves what others cut before us as it was', async ({ skip }) => {
      const { revoker, credential, order, ...world } = await makeWorld();
      if (!world.cutByOthers) return skip('nobody else can');
      await world.cutByOthers();
      const before = await revoker.inspect(credential, order);
      await revoker.revoke(credential, order);
      expect((await revoker.inspect(credential, order)).state).toBe('dead');
      await revoker.restore(credential, before.original);
      expect(await revoker.inspect(credential, order)).toEqual(before);
    });

    it('says that no restore can bring it back, and stays dead', async ({ skip }) => {
      const { revoker, credential, order } = await makeWorld();
      if (!revoker.cannotComeBack) return skip('a restore brings it back');
      const { original } = await revoker.inspect(credential, order);
      await revoker.revoke(credential, order);
      await revoker.restore(credential, original);
      expect((await revoker.inspect(credential, order)).state).not.toBe('live');
    });

    it('removes it for good after it was cut, once or twice', async () => {
      const { revoker, credential, order } = await makeWorld();
      const { original } = await revoker.inspect(credential, order);
      await revoker.revoke(credential, order);
      const outcome = await revoker.remove(credential);
      expect(await revoker.remove(credential)).toBe(outcome);
      expect((await revoker.inspect(credential, order)).state).toBe(outcome === 'removed' ? 'gone' : 'dead');
      if (outcome === 'removed') await revoker.restore(credential, original); // nothing to go back to
    });

    it('keeps a standing denial from expiring', async () => {
      const { revoker, credential, order } = await makeWorld();
      await revoker.revoke(credential, order);
      await revoker.prolong(credential);
      expect((await revoker.inspect(credential, order)).state).toBe('dead');
    });

    it('comes back only when the last revocation lets go, and then as it was', async ({ skip }) => {
      const { revoker, credential, order } = await makeWorld();
      if (revoker.cannotComeBack) return skip(revoker.cannotComeBack);
      const { original, state } = await revoker.inspect(credential, order);
      const standing = new MemoryStanding();
      for (const id of ['rev-1', 'rev-2']) {
        const before = await revoker.inspect(credential, order);
        await standing.hold({ credential, action: order.action }, id, before.original);
        await revoker.revoke(credential, { ...order, revocationId: id });
      }
      expect((await standing.release(credential, 'rev-1')).remaining).toEqual(['rev-2']);
      expect((await revoker.inspect(credential, order)).state).toBe('dead');
      const last = await standing.release(credential, 'rev-2');
      await revoker.restore(credential, last.original ?? {});
      expect(await revoker.inspect(credential, order)).toMatchObject({ state, original });
    });

    it('takes a credential that is gone for a success', async ({ skip }) => {
      const { revoker, credential, order, ...world } = await makeWorld();
      if (!world.deletedByOthers) return skip('it is never gone');
      const { original } = await revoker.inspect(credential, order);
      await world.deletedByOthers();
      await revoker.deny(credential, order);
      await revoker.revoke(credential, order);
      expect((await revoker.inspect(credential, order)).state).toBe('gone');
      await revoker.restore(credential, original);
      expect((await revoker.inspect(credential, order)).state).toBe('gone');
      expect(await revoker.describe(credential)).toBeUndefined();
    });

    it('discovers by the searches that make sense for it, and by no other', async () => {
      const world = await makeWorld();
      for (const search of world.finds) {
        expect(await listed(world, search)).toContain(credentialKey(world.credential));
      }
      for (const search of world.ignores) expect(await listed(world, search)).toEqual([]);
    });

    it('says throttled, to be tried again', async () => {
      const { revoker, credential, order, log } = await makeWorld();
      const { original } = await revoker.inspect(credential, order);
      log.failing = 'throttled';
      for (const call of [
        revoker.inspect(credential, order),
        revoker.revoke(credential, order),
        ...(revoker.cannotComeBack ? [] : [revoker.restore(credential, original)]),
      ]) {
        expect(await failureOf(call)).toMatchObject({ code: 'throttled', retryable: true });
      }
    });

    it('says access-denied, names the missing action and quotes nothing', async () => {
      const { revoker, credential, order, log, missingAction } = await makeWorld();
      log.failing = 'denied';
      const failure = await failureOf(revoker.revoke(credential, order));
      expect(failure).toMatchObject({ code: 'access-denied', retryable: true });
      expect(failure.message).toContain(missingAction);
      expect(failure.message).not.toContain(quoted);
      const look = await failureOf(revoker.inspect(credential, order));
      expect(look.code).toBe('access-denied');
    });
  });
};
