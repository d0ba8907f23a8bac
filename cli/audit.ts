import type { AuditRecord } from '../functions/domain/audit-record.ts';
import { documentClient } from '../functions/revocation/build.ts';
import { faultsIn, readTrail } from '../functions/stores/audit-trail.ts';
import { runCommand } from './run-command.ts';
import { setting } from './settings.ts';

const usage = 'usage: npm run audit -- verify | show REVOCATION_ID (CUTOFF_AUDIT_TABLE names the table)';

const trail = () => readTrail(documentClient(), setting('CUTOFF_AUDIT_TABLE'));

/** Recomputes every hash of every chain. Exit 1 where one does not hold. */
const verify = async (): Promise<void> => {
  const chains = await trail();
  const faults = faultsIn(chains);
  for (const { chain, seq, problem } of faults) console.error(`${chain}: record ${seq} ${problem}`);
  const records = [...chains.values()].reduce((sum, chain) => sum + chain.length, 0);
  if (faults.length > 0) throw new Error(`${faults.length} of ${chains.size} chains do not hold`);
  console.log(`${chains.size} chains with ${records} records: every one holds`);
};

const line = ({ at, type, credential, data }: AuditRecord) =>
  `${at}  ${type.padEnd(10)}  ${credential}  ${JSON.stringify(data)}`;

/** Prints what happened in one revocation, in the order of time. */
const show = async (revocationId: string | undefined): Promise<void> => {
  if (!revocationId) throw new Error(usage);
  const records = [...(await trail()).values()]
    .flat()
    .filter((record) => record.revocationId === revocationId);
  if (records.length === 0) throw new Error(`${revocationId} is not in the audit trail`);
  for (const record of records.sort((a, b) => a.at.localeCompare(b.at))) console.log(line(record));
};

await runCommand(async ([command, argument]) => {
  if (command === 'verify') return verify();
  if (command === 'show') return show(argument);
  throw new Error(usage);
});
