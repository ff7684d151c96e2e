/** Starts the page. */
import { render } from 'preact'
import 'virtual:palette.css'
import './style/page.css'
import { App } from './app.tsx'

const root = document.getElementById('app')
if (root === null) throw new Error('index.html has lost its root')
render(<App />, root)
