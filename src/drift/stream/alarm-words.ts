/** An alarm in a sentence that an operator can act on. */
import type { DriftAlarm, DriftGroup } from '../../wire/station/drift.ts'
import { type WatchedName, watched } from './statistics.ts'

type AlarmFigures = NonNullable<DriftAlarm['figures']>

const words: Readonly<
  Record<WatchedName, readonly [name: string, less: string, more: string, digits: number]>
> = {
  score: ['score', 'parts look more ordinary to the model', 'parts look less ordinary to the model', 2],
  brightness: ['brightness', 'pictures are darker', 'pictures are brighter', 0],
  contrast: ['contrast', 'pictures are flatter', 'pictures are richer in contrast', 0],
  black: ['share of black', 'less of the picture is black', 'more of the picture is black', 3],
  white: ['share of white', 'less of the picture is burnt out', 'more of the picture is burnt out', 3],
  redness: ['redness', 'pictures are less red', 'pictures are redder', 2],
  blueness: ['blueness', 'pictures are less blue', 'pictures are bluer', 2],
  sharpness: ['sharpness', 'pictures are less sharp', 'pictures are sharper', 2],
  objectX: ['position', 'parts lie further left', 'parts lie further right', 3],
  objectY: ['position', 'parts lie further up', 'parts lie further down', 3],
  objectShare: ['size', 'parts are smaller', 'parts are larger', 3],
  objectSpread: ['extent', 'parts are more compact', 'parts are more extended', 3],
}

const mostDigits = 6

const whatToDo: Readonly<Record<DriftGroup, string>> = {
  score: 'look at the latest parts, and commission again or train again if they are good',
  light: 'check lamps, exposure and stray light',
  focus: 'check focus, lens and dirt on the glass',
  position: 'check fixture, trigger and camera mount',
  product: 'check whether this is still the product that the model was made for',
}

/** What an alarm says in numbers. @param usual - Median of the reference. @param recent - Of the latest parts. */
export function alarmFigures(name: WatchedName, usual: number, recent: number): AlarmFigures {
  let decimals = words[name][3]
  while (decimals < mostDigits && recent !== usual && recent.toFixed(decimals) === usual.toFixed(decimals))
    decimals++
  return { usual, recent, decimals }
}

export function alarmWords(name: WatchedName, { usual, recent, decimals }: AlarmFigures): string {
  const [said, less, more] = words[name]
  const figures = `${said} ${recent.toFixed(decimals)}, at commissioning ${usual.toFixed(decimals)}`
  const what =
    recent < usual ? less : recent > usual ? more : `${said} varies otherwise than at commissioning`
  return `${what[0]?.toUpperCase()}${what.slice(1)} (${figures}): ${whatToDo[watched[name]]}.`
}
