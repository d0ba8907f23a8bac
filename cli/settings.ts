/** A variable that `.local/env` or the deployment's outputs give; its absence is one clear sentence. */
export const setting = (name: string): string => {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: source .local/env, or take it from the stack's outputs`);
};
