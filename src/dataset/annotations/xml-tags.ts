/**
 * The tags of a small XML file, one after the other: what annotation programs write needs no more. Comments, processing instructions,
 * document types and CDATA are passed over or read as text; the five named entities and numbered ones are understood, and no others,
 * so that nothing in a file can grow or reach outside it.
 */

export type XmlToken =
  | {
      readonly kind: 'open'
      readonly name: string
      readonly attributes: Readonly<Record<string, string>>
      readonly isEmpty: boolean
    }
  | { readonly kind: 'close'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }

const markup =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<![^>]*>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** Cost: linear. */
export function* xmlTokens(xml: string): Generator<XmlToken, undefined> {
  let last = 0
  for (const match of xml.matchAll(markup)) {
    const between = xml.slice(last, match.index)
    if (between.trim() !== '') yield { kind: 'text', text: decodeEntities(between.trim()) }
    last = match.index + match[0].length
    const [, cdata, closed, opened, inside = '', slash] = match
    if (cdata !== undefined) yield { kind: 'text', text: cdata }
    else if (closed !== undefined) yield { kind: 'close', name: closed }
    else if (opened !== undefined) {
      const attributes = Object.fromEntries(
        [...inside.matchAll(attribute)].map(([, name = '', double, single]) => [
          name,
          decodeEntities(double ?? single ?? ''),
        ]),
      )
      yield { kind: 'open', name: opened, attributes, isEmpty: slash === '/' }
    }
  }
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (name !== undefined) return Object.hasOwn(named, name) ? named[name]! : whole
    const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
