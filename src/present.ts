/** Values that are there because of what the program did before. Where one is not, the program is wrong and says so at once. */

/** @throws {Error} The key is not in the map. */
export function mustGet<Key, Value>(map: Pick<ReadonlyMap<Key, Value>, 'get' | 'has'>, key: Key): Value {
  const value = map.get(key)
  if (value === undefined && !map.has(key)) throw new Error(`expected an entry of ${String(key)}, found none`)
  return value as Value
}

/** @throws {Error} The record has nothing of that name. */
export function named<Value>(record: Readonly<Record<string, Value>>, name: string): Value {
  if (!Object.hasOwn(record, name)) {
    throw new Error(`expected ${name} among ${Object.keys(record).join(', ')}`)
  }
  return record[name] as Value
}

/** @throws {Error} The list is empty. */
export function lastOf<Item>(list: readonly Item[]): Item {
  if (list.length === 0) throw new Error('expected the last of a list, got an empty one')
  return list[list.length - 1] as Item
}

/** @param what - Said in the error. @throws {Error} The value is null or undefined. */
export function present<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) throw new Error(`expected ${what}, got ${value}`)
  return value
}
