import { describe, expect, it } from 'vitest'
import { type Config, parseArguments } from '../../src/cli/parse-arguments.ts'
import { UsageError } from '../../src/errors.ts'
import {
  choice,
  flag,
  number,
  pairs,
  path,
  pathOrOff,
  paths,
  size,
  text,
  wholeNumber,
} from '../../src/options/kinds.ts'
import fc from '../fast-check.ts'

const options = {
  dataset: path({ help: 'The data.', isOperand: true, isRequired: true }),
  more: paths({ help: '', isOperand: true }),
  out: path({ help: '' }),
  folds: wholeNumber({ help: '', min: 1, max: 10, default: 5 }),
  alpha: number({ help: '', min: 0, max: 1, isOpen: true, default: 0.05 }),
  fit: choice(['pad', 'crop'], { help: '', default: 'pad' }),
  size: size({ help: '' }),
  detectorOptions: pairs({ help: '', named: 'option' }),
  cache: pathOrOff({ help: '', default: () => '/kept' }),
  keepAll: flag({ help: '', named: 'keep' }),
  where: text({ help: '', check: (said) => (said.includes('!') ? 'no "!" please' : undefined) }),
  smooth: number({ help: '', default: 1, onlyWith: { fit: ['crop'] } }),
  pieces: number({ help: '', default: 2, onlyWith: { keepAll: 'given' } }),
}

const place = { cwd: '/home', machine: { env: {}, platform: 'linux', home: '/home' } }
const parse = (argv: readonly string[], config: Config | null = null) =>
  parseArguments(argv, options, place, config)
const config = (entries: Record<string, unknown>): Config => ({ path: 'c.json', folder: '/etc', entries })

function mistakes(argv: readonly string[], from: Config | null = null): string[] {
  try {
    parse(argv, from)
  } catch (error) {
    if (error instanceof UsageError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('values', () => {
  const defaults = parse(['d']).values

  it('has the defaults, null for none', () => {
    expect(defaults).toEqual({
      dataset: '/home/d',
      more: [],
      smooth: 1,
      pieces: 2,
      out: null,
      folds: 5,
      alpha: 0.05,
      fit: 'pad',
      size: null,
      detectorOptions: {},
      cache: '/kept',
      keepAll: false,
      where: null,
    })
  })

  it.each<[string[], Partial<typeof defaults>]>([
    [['--out', 'x'], { out: '/home/x' }],
    [['--out=/x'], { out: '/x' }],
    [['--out', '-x'], { out: '/home/-x' }],
    [['--folds', '10'], { folds: 10 }],
    [['--folds=1'], { folds: 1 }],
    [['--alpha', '1e-3'], { alpha: 0.001 }],
    [['--alpha', '.5'], { alpha: 0.5 }],
    [['--fit', 'crop'], { fit: 'crop' }],
    [['--size', '256'], { size: { width: 256, height: 256 } }],
    [['--size', '320x240'], { size: { width: 320, height: 240 } }],
    [
      ['--option', 'a=1', '--option', 'b=x', '--option', 'c=[1,"y"]'],
      { detectorOptions: { a: 1, b: 'x', c: [1, 'y'] } },
    ],
    [['--option', 'a=b=c'], { detectorOptions: { a: 'b=c' } }],
    [['--cache', 'k'], { cache: '/home/k' }],
    [['--no-cache'], { cache: null }],
    [['--keep'], { keepAll: true }],
    [['--no-keep'], { keepAll: false }],
    [['--where', 'a = "--b"'], { where: 'a = "--b"' }],
  ])('%j', (argv, expected) => {
    expect(parse(['d', ...argv]).values).toEqual({ ...defaults, ...expected })
  })

  it('tells which options were given', () => {
    expect([...parse(['d', '--folds', '5'], config({ keep: true })).given].sort()).toEqual([
      'dataset',
      'folds',
      'keepAll',
    ])
  })
})

describe('operands', () => {
  it.each<[string[], { dataset: string; more: string[] }]>([
    [['d'], { dataset: '/home/d', more: [] }],
    [['d', 'x', '--keep', 'y'], { dataset: '/home/d', more: ['/home/x', '/home/y'] }],
    [['--keep', '--', '--folds', '-x'], { dataset: '/home/--folds', more: ['/home/-x'] }],
    [['-', 'x'], { dataset: '/home/-', more: ['/home/x'] }],
  ])('%j', (argv, expected) => {
    expect(parse(argv).values).toMatchObject(expected)
  })
})

describe('mistakes', () => {
  it.each<[string[], string]>([
    [['d', '--fold', '3'], 'unknown option --fold; did you mean --folds?'],
    [['d', '--no-kep'], 'unknown option --no-kep; did you mean --no-keep?'],
    [['d', '--no-folds'], 'unknown option --no-folds; did you mean --folds?'],
    [['d', '-k'], 'unknown option -k'],
    [['d', '--zzzzzzzz'], 'unknown option --zzzzzzzz'],
    [['d', '--folds', '0'], '--folds: expected a whole number from 1 to 10, got "0"'],
    [['d', '--folds', '2.5'], '--folds: expected a whole number from 1 to 10, got "2.5"'],
    [['d', '--folds', '0x3'], '--folds: expected a whole number from 1 to 10, got "0x3"'],
    [['d', '--folds='], '--folds: expected a whole number from 1 to 10, got ""'],
    [['d', '--alpha', '0'], '--alpha: expected a number between 0 and 1 (both excluded), got "0"'],
    [['d', '--alpha', 'NaN'], '--alpha: expected a number between 0 and 1 (both excluded), got "NaN"'],
    [['d', '--folds'], '--folds: expected a value after it'],
    [['d', '--folds', '--keep'], '--folds: expected a value after it'],
    [['d', '--folds', '3', '--folds', '4'], '--folds: given twice'],
    [['d', '--fit', 'cropp'], '--fit: expected pad, crop, got "cropp"; did you mean crop?'],
    [['d', '--size', '0'], '--size: expected N or WxH in pixels, 8 to 4096 each, got "0"'],
    [['d', '--size', '64X64'], '--size: expected N or WxH in pixels, 8 to 4096 each, got "64X64"'],
    [['d', '--option', 'a'], '--option: expected NAME=VALUE, got "a"'],
    [['d', '--keep=yes'], '--keep: takes no value, got "yes"'],
    [['d', '--where', 'a!'], '--where: no "!" please'],
    [['d', '--out', ''], '--out: expected text, got nothing'],
    [['--keep'], 'DATASET is required: The data.'],
    [[''], 'DATASET: expected text, got nothing'],
    [['d', '--smooth', '1'], '--smooth has no effect with --fit pad (only crop)'],
    [['d', '--pieces', '3'], '--pieces has no effect without --keep'],
  ])('%j', (argv, expected) => {
    expect(mistakes(argv)).toEqual([expected])
  })

  it('are reported together, those of the file too', () => {
    expect(mistakes(['--fold', '3', '--alpha', '2'], config({ fitt: 'pad', size: true, more: 3 }))).toEqual([
      'unknown option --fold; did you mean --folds?',
      '--alpha: expected a number between 0 and 1 (both excluded), got "2"',
      'c.json: unknown name "fitt"; did you mean fit?',
      'c.json: size: expected N or WxH in pixels, 8 to 4096 each, got true',
      'c.json: more: expected text, got 3',
      'DATASET is required: The data.',
    ])
  })

  it('say what is required', () => {
    const needed = { out: path({ help: '', isRequired: true }) }
    expect(() => parseArguments([], needed, place)).toThrow('--out is required')
    expect(() => parseArguments(['--out'], needed, place)).toThrow(/^--out: expected a value after it$/)
  })

  it('are not made of names that every object has', () => {
    expect(mistakes(['d', '--constructor', '--toString'])).toEqual([
      'unknown option --constructor',
      'unknown option --toString',
    ])
    expect(mistakes(['d'], config({ constructor: 1 }))).toEqual(['c.json: unknown name "constructor"'])
  })
})

describe('configuration file', () => {
  it('fills in what the command line leaves open, relative to its folder', () => {
    const { values } = parse(
      ['--folds', '3', '--option', 'a=1'],
      config({
        folds: 7,
        size: 64,
        out: 'runs',
        dataset: 'parts',
        more: ['x', 'y'],
        keep: true,
        cache: false,
        fit: null,
        option: { a: 2, b: 3 },
      }),
    )
    expect(values).toMatchObject({
      folds: 3,
      size: { width: 64, height: 64 },
      out: '/etc/runs',
      keepAll: true,
      cache: null,
      fit: 'pad',
      detectorOptions: { a: 1, b: 3 },
      dataset: '/etc/parts',
      more: ['/etc/x', '/etc/y'],
    })
  })

  it('can be overruled with --no-', () => {
    expect(parse(['d', '--no-keep'], config({ keep: true })).values.keepAll).toBe(false)
  })

  it('wants numbers as numbers', () => {
    expect(mistakes(['d'], config({ folds: '3' }))).toEqual([
      'c.json: folds: expected a whole number from 1 to 10, got "3"',
    ])
  })
})

describe('laws', () => {
  it('--name value and --name=value are the same', () => {
    const name = fc.constantFrom('out', 'folds', 'alpha', 'fit', 'size', 'option', 'cache', 'where', 'smooth')
    const word = fc.string().filter((text) => !text.startsWith('-'))
    const outcome = (argv: string[]): unknown => {
      const found = mistakes(argv)
      return found.length > 0 ? found : parse(argv).values
    }
    fc.assert(
      fc.property(name, word, (key, value) => {
        expect(outcome(['d', `--${key}=${value}`])).toEqual(outcome(['d', `--${key}`, value]))
      }),
    )
  })

  it('any words give values or a UsageError', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('--', '--folds', '--no-cache', '--size=8', '--option', '-'),
    )
    fc.assert(
      fc.property(fc.array(word), (argv) => {
        mistakes(argv)
      }),
    )
  })
})
