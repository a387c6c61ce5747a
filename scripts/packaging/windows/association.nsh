; .maskwright files open with the program, for this user; nothing of it stays after the removal.
!macro customInstall
  WriteRegStr SHELL_CONTEXT "Software\Classes\.maskwright" "" "Maskwright.Project"
  WriteRegStr SHELL_CONTEXT "Software\Classes\Maskwright.Project" "" "Maskwright project"
  WriteRegStr SHELL_CONTEXT "Software\Classes\Maskwright.Project\DefaultIcon" "" "$INSTDIR\${APP_EXECUTABLE_FILENAME},0"
  WriteRegStr SHELL_CONTEXT "Software\Classes\Maskwright.Project\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
!macroend

!macro customUnInstall
  DeleteRegKey SHELL_CONTEXT "Software\Classes\Maskwright.Project"
  ReadRegStr $0 SHELL_CONTEXT "Software\Classes\.maskwright" ""
  StrCmp $0 "Maskwright.Project" 0 +2
  DeleteRegKey SHELL_CONTEXT "Software\Classes\.maskwright"
!macroend
