' An agent's program in VBScript: it makes an agent and a session, takes calls, walks through what Automation shows, and
' prints every statistic. The arguments: how many times it looks while it works.
Option Explicit

Const TE_ALL = &H7600
Const AS_READY = 1
Const ASST_READY = 1
Const ASST_SESSION_ENDED = 4

Dim looks
looks = 60
If WScript.Arguments.Count > 0 Then looks = CLng(WScript.Arguments(0))

Sub Say(name, value)
    WScript.Echo name & ": " & value
End Sub

Function Number(value)
    Number = FormatNumber(value, 4, True, False, False)
End Function

Dim states
states = Array("NOT_READY", "READY", "BUSY_ON_CALL", "BUSY_WRAPUP", "SESSION_ENDED")

Dim tapi
Set tapi = CreateObject("TAPI.TAPI")
On Error Resume Next
tapi.Initialize
If Err.Number <> 0 Then
    Say "no call center", Hex(Err.Number) & " " & Err.Description
    WScript.Quit 1
End If
On Error Goto 0
tapi.EventFilter = TE_ALL
Say "event filter", Hex(tapi.EventFilter)

Dim address, count
count = 0
For Each address In tapi.Addresses
    count = count + 1
    Say "address", address.AddressName & ", state " & address.State & ", of " & address.ServiceProviderName
Next
Say "addresses", count

Dim handlers, handler
Set handlers = tapi.AgentHandlers
Say "agent handlers", handlers.Count
Set handler = handlers.Item(1)
Say "the first", handler.Name

Dim group, groups, queue
Set groups = handler.ACDGroups
For Each group In groups
    Say "group", group.Name
    For Each queue In group.Queues
        Say "  queue", queue.Name & ", measurement period " & queue.MeasurementPeriod
    Next
Next
Set group = groups(1)

Dim addresses
Set addresses = handler.UsableAddresses
Say "usable addresses", addresses.Count
Set address = addresses(addresses.Count)

' What is not possible, and what Automation is told of it.
Dim agent, session
Set agent = handler.CreateAgentWithID("4711", "0815")
Say "agent", agent.ID & ", of a user: " & (Len(agent.User) > 0)
On Error Resume Next
agent.State = 9
Say "state 9", Hex(Err.Number) & " " & Err.Description
Err.Clear
agent.CreateSession Nothing, address
Say "a session of no group", Hex(Err.Number) & " " & Err.Description
Err.Clear
agent.Nonsense
Say "nonsense", Hex(Err.Number)
Err.Clear
On Error Goto 0

Set session = agent.CreateSessionWithPIN(group, address, "0815")
Say "the session is of", session.ACDGroup.Name & " at " & session.Address.DialableAddress
Say "its agent is the agent", (session.Agent Is agent)
Say "state of the session", states(session.State)
session.State = ASST_READY

' Working.
Dim look, seen, state
seen = ""
For look = 1 To looks
    state = states(session.State)
    If Right(seen, Len(state)) <> state Then seen = seen & " " & state
Next
Say "states seen", seen

Dim listed
For Each listed In agent.AgentSessions
    Say "listed session is the session", (listed Is session)
    Say "  SessionStartTime", Number(CDbl(listed.SessionStartTime))
    Say "  SessionDuration", listed.SessionDuration
    Say "  NumberOfCalls", listed.NumberOfCalls
    Say "  TotalTalkTime", listed.TotalTalkTime
    Say "  AverageTalkTime", listed.AverageTalkTime
    Say "  TotalCallTime", listed.TotalCallTime
    Say "  AverageCallTime", listed.AverageCallTime
    Say "  TotalWrapUpTime", listed.TotalWrapUpTime
    Say "  AverageWrapUpTime", listed.AverageWrapUpTime
    Say "  ACDCallRate", Number(CDbl(listed.ACDCallRate)) & " " & TypeName(listed.ACDCallRate)
    Say "  LongestTimeToAnswer", listed.LongestTimeToAnswer
    Say "  AverageTimeToAnswer", listed.AverageTimeToAnswer
Next

Say "agent's State", agent.State
Say "  MeasurementPeriod", agent.MeasurementPeriod
Say "  OverallCallRate", Number(CDbl(agent.OverallCallRate))
Say "  NumberOfACDCalls", agent.NumberOfACDCalls
Say "  NumberOfIncomingCalls", agent.NumberOfIncomingCalls
Say "  NumberOfOutgoingCalls", agent.NumberOfOutgoingCalls
Say "  TotalACDTalkTime", agent.TotalACDTalkTime
Say "  TotalACDCallTime", agent.TotalACDCallTime
Say "  TotalWrapUpTime", agent.TotalWrapUpTime

Set queue = group.Queues(1)
Say "queue", queue.Name
Say "  TotalCallsQueued", queue.TotalCallsQueued
Say "  CurrentCallsQueued", queue.CurrentCallsQueued
Say "  TotalCallsAbandoned", queue.TotalCallsAbandoned
Say "  TotalCallsFlowedIn", queue.TotalCallsFlowedIn
Say "  TotalCallsFlowedOut", queue.TotalCallsFlowedOut
Say "  LongestEverWaitTime", queue.LongestEverWaitTime
Say "  CurrentLongestWaitTime", queue.CurrentLongestWaitTime
Say "  AverageWaitTime", queue.AverageWaitTime
Say "  FinalDisposition", queue.FinalDisposition

session.State = ASST_SESSION_ENDED
Say "after the end", agent.AgentSessions.Count & " sessions, state " & states(session.State)
tapi.Shutdown
Say "done", True
