; For this user alone, and gone with the program: .maskwright files open with it, and `maskwright` is the command line.
; The folder of the command is on every user's path from Windows 10 on: the path itself, which installers cut short, is left alone.
!macro customInstall
  WriteRegStr SHELL_CONTEXT "Software\Classes\.maskwright" "" "Maskwright.Project"
  WriteRegStr SHELL_CONTEXT "Software\Classes\Maskwright.Project" "" "Maskwright project"
  WriteRegStr SHELL_CONTEXT "Software\Classes\Maskwright.Project\DefaultIcon" "" "$INSTDIR\${APP_EXECUTABLE_FILENAME},0"
  WriteRegStr SHELL_CONTEXT "Software\Classes\Maskwright.Project\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
  ClearErrors
  FileOpen $0 "$LOCALAPPDATA\Microsoft\WindowsApps\maskwright.cmd" w
  IfErrors +3
  FileWrite $0 '@"$INSTDIR\maskwright.cmd" %*$\r$\n'
  FileClose $0
  ; Explorer shows the new kind of file at once.
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

!macro customUnInstall
  DeleteRegKey SHELL_CONTEXT "Software\Classes\Maskwright.Project"
  ReadRegStr $0 SHELL_CONTEXT "Software\Classes\.maskwright" ""
  StrCmp $0 "Maskwright.Project" 0 +2
  DeleteRegKey SHELL_CONTEXT "Software\Classes\.maskwright"
  Delete "$LOCALAPPDATA\Microsoft\WindowsApps\maskwright.cmd"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend
