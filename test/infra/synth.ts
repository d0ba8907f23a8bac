import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import { buildApp } from '../../infra/build-app.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';

export interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

export interface Synthesised {
  readonly template: Template;
  readonly outdir: string;
  of(type: string): Resource[];
  /** The one resource of the type whose logical id begins so. */
  one(type: string, prefix: string): Resource;
}

const directory = mkdtempSync(join(tmpdir(), 'cutoff-synth-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

export const newOutdir = (): string => mkdtempSync(join(directory, 'out-'));

/** The template without code: a second or two instead of a bundling. */
export const synthesise = (config: unknown = {}, { bundle = false } = {}): Synthesised => {
  const outdir = newOutdir();
  const app = buildApp({ config: parseStageConfig(config), outdir, bundle });
  const template = Template.fromStack(Stack.of(app.node.findChild('Cutoff')));
  const of = (type: string): Resource[] =>
    Object.entries(template.findResources(type)).map(([id, resource]) => ({ ...resource, id }) as Resource);
  const one = (type: string, prefix: string): Resource => {
    const [found, ...others] = of(type).filter(({ id }) => id.startsWith(prefix));
    if (!found || others.length > 0) throw new Error(`${others.length + 1} of ${type} ${prefix}`);
    return found;
  };
  return { template, outdir, of, one };
};

/** A logical id without the hash that CDK appends. */
const withoutHash = (id: string) => id.replace(/[0-9A-F]{8}$/, '');

/** An ARN or another value with intrinsic functions, as a person would write it. */
export const render = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = []] = Object.entries(value);
  if (name === 'Ref') return withoutHash(String(argument));
  if (name === 'Fn::GetAtt') {
    const [id, attribute] = argument as [string, string];
    return attribute === 'Arn' ? withoutHash(id) : `${withoutHash(id)}.${attribute}`;
  }
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(render).join('');
  return JSON.stringify(value);
};
