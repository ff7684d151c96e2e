import { describe, expect, it } from 'vitest'
import { createTerminalTask } from '../../src/cli/terminal-progress.ts'
import { createRecorder } from './recorder.ts'

describe('without a terminal', () => {
  it('says nothing of work under two seconds', () => {
    const recorder = createRecorder()
    const progress = createTerminalTask(recorder, { isQuiet: false }).progress('decode', 'images')
    progress.update(1, 2)
    recorder.pass(1999)
    progress.update(2, 2)
    progress.end()
    expect(recorder.err()).toBe('')
  })

  it('writes plain lines, at most one in ten seconds, and a last one', () => {
    const recorder = createRecorder()
    const progress = createTerminalTask(recorder, { isQuiet: false }).progress('features', 'images')
    for (let second = 0; second <= 20; second++) {
      progress.update(second * 5, 100)
      recorder.pass(1000)
    }
    progress.update(100, 100)
    progress.end()
    expect(recorder.err().split('\n')).toEqual([
      'features: 10/100 images, 5.0/s, 18 s left',
      'features: 60/100 images, 5.0/s, 8.0 s left',
      'features: 100 images in 21 s',
      '',
    ])
  })

  it('counts without a total, and slow work by the minute', () => {
    const recorder = createRecorder()
    const progress = createTerminalTask(recorder, { isQuiet: false }).progress('fit', 'steps')
    recorder.pass(120_000)
    progress.update(3, null)
    expect(recorder.err()).toBe('fit: 3 steps, 1.5/min\n')
  })

  it('ends once', () => {
    const recorder = createRecorder()
    const progress = createTerminalTask(recorder, { isQuiet: false }).progress('fit', 'steps')
    recorder.pass(5000)
    progress.end()
    progress.end()
    expect(recorder.err()).toBe('fit: 0 steps in 5.0 s\n')
  })
})

describe('on a terminal', () => {
  it('redraws one line, no wider than the terminal and at most ten times a second', () => {
    const recorder = createRecorder({ isTerminal: true, columns: 60 })
    const progress = createTerminalTask(recorder, { isQuiet: false }).progress('features', 'images')
    recorder.pass(2000)
    progress.update(25, 100)
    recorder.pass(99)
    progress.update(26, 100) // too soon
    recorder.pass(1)
    progress.update(50, 100)
    const drawn = recorder.err().split('\r\x1b[K')
    expect(drawn).toHaveLength(3)
    expect(drawn[1]).toBe('features ██████░░░░░░░░░░░░░░░░░░  25/100 images  13/s  6.0')
    expect(drawn[2]!.startsWith('features ████████████░░░░░░░░░░░░  50/100 images')).toBe(true)
    expect(drawn.every((line) => line.length < 60)).toBe(true)
  })

  it('shows the outer work before the inner', () => {
    const recorder = createRecorder({ isTerminal: true, columns: 200 })
    const task = createTerminalTask(recorder, { isQuiet: false })
    const outer = task.progress('folds', 'folds')
    outer.update(1, 5)
    const inner = task.progress('features', 'images')
    recorder.pass(4000)
    inner.update(100, 200)
    expect(recorder.err()).toBe(
      '\r\x1b[Kfolds: 1/5 folds · features ████████████░░░░░░░░░░░░  100/200 images  25/s  4.0 s left',
    )
  })

  it('wipes the line before a note, before the last line, and when closed', () => {
    const recorder = createRecorder({ isTerminal: true })
    const task = createTerminalTask(recorder, { isQuiet: false })
    const progress = task.progress('fit', 'steps')
    recorder.pass(3000)
    progress.update(1, 2)
    task.note('a word')
    recorder.pass(3000)
    progress.update(2, 2)
    progress.end()
    task.close()
    expect(recorder.err().endsWith('\r\x1b[Kfit: 2 steps in 6.0 s\n')).toBe(true)
    expect(recorder.err()).toContain('\r\x1b[Ka word\n')
  })
})

it('--quiet writes nothing and still carries the signal', () => {
  const recorder = createRecorder({ isTerminal: true })
  const task = createTerminalTask(recorder, { isQuiet: true })
  const progress = task.progress('fit', 'steps')
  recorder.pass(60_000)
  progress.update(1, 2)
  progress.end()
  task.note('a word')
  task.close()
  expect(recorder.err()).toBe('')
  expect(task.signal).toBe(recorder.signal)
})
