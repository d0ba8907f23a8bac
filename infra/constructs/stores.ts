import { Construct } from 'constructs';
import { AuditTrail } from './audit-trail.ts';
import { Denylist } from './denylist.ts';
import { Registry } from './registry.ts';
import { Revocations } from './revocations.ts';

/** The four tables. */
export class Stores extends Construct {
  readonly registry = new Registry(this, 'Registry');
  readonly revocations = new Revocations(this, 'Revocations');
  readonly denylist = new Denylist(this, 'Denylist');
  readonly audit = new AuditTrail(this, 'Audit');
}
