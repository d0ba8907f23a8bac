/** The parts of an update that sets the attributes that have a value, and takes away those that have none. */
export const setOrRemove = (attributes: Readonly<Record<string, unknown>>) => {
  const names = Object.keys(attributes);
  const set = names.filter((name) => attributes[name] !== undefined);
  const unset = names.filter((name) => attributes[name] === undefined);
  const clauses = [
    ...(set.length > 0 ? [`SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`] : []),
    ...(unset.length > 0 ? [`REMOVE ${unset.map((name) => `#${name}`).join(', ')}`] : []),
  ];
  const values = Object.fromEntries(set.map((name) => [`:${name}`, attributes[name]]));
  return {
    UpdateExpression: clauses.join(' '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ...(set.length > 0 && { ExpressionAttributeValues: values }),
  };
};
