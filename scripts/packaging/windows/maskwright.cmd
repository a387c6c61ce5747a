@echo off
rem The command line of Maskwright; with nothing, or with something to open, its window.
setlocal
set ELECTRON_RUN_AS_NODE=1
"%~dp0Maskwright.exe" "%~dp0resources\app.asar\out\main\installedCli.cjs" %*
