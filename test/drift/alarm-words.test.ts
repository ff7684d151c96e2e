/** What an alarm says. */
import { expect, it } from 'vitest'
import { alarmFigures, alarmWords } from '../../src/drift/stream/alarm-words.ts'

it('says figures in as many digits as it takes to see that they differ', () => {
  expect(alarmWords('brightness', alarmFigures('brightness', 57, 46.55))).toBe(
    'Pictures are darker (brightness 47, at commissioning 57): check lamps, exposure and stray light.',
  )
  expect(alarmWords('brightness', alarmFigures('brightness', 57.1, 56.9))).toContain(
    '(brightness 56.9, at commissioning 57.1)',
  )
  expect(alarmWords('blueness', alarmFigures('blueness', -0.1612, -0.1633))).toContain(
    'less blue (blueness -0.163, at commissioning -0.161)',
  )
  expect(alarmWords('score', alarmFigures('score', 1, 1))).toContain('varies otherwise')
})
