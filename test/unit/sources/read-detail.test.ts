import { expect, it } from 'vitest';
import { z } from 'zod';
import { InvalidInput } from '../../../functions/domain/errors.ts';
import { readDetail } from '../../../functions/sources/read-detail.ts';

const schema = z.object({ issuer: z.string().min(1).max(8) });

it('names the field that is wrong', () => {
  expect(() => readDetail(schema, { issuer: 7 })).toThrow('detail.issuer');
  expect(readDetail(schema, { issuer: 'acme' })).toEqual({ issuer: 'acme' });
});

it('refuses by name what cannot even be measured', () => {
  const detail = JSON.parse('{"issuer": {"length": [{"toString": 1, "valueOf": 1}]}}');
  expect(() => schema.safeParse(detail)).toThrow(TypeError); // or this file has no purpose any more
  expect(() => readDetail(schema, detail)).toThrow(InvalidInput);
  expect(() => readDetail(schema, detail)).toThrow('detail: holds a length that is none');
});
