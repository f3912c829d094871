/* An agent's program in C over the line functions of TAPI 2.2, as mingw-w64's tapi.h declares them; and a proxy, which serves
 * the device that has no agent handler, and answers LINE_PROXYREQUEST for another application of the program.
 * It links with tapi32.dll, in whose place the virtual TAPI is. */
#include "client.h"

#define TAPI_CURRENT_VERSION 0x00020002
#include <tapi.h>

#define VERSION 0x00020002

/* LINE_REPLY of a request, with whatever comes before it counted. */
typedef struct Heard {
    LONG sessions, agents, queues, statuses, busy, wrap_up;
} Heard;

static Heard heard;
static HAGENTSESSION my_session;

static void hear(const LINEMESSAGE *message)
{
    if (message->dwMessageID == LINE_AGENTSESSIONSTATUS) {
        heard.sessions++;
        if (message->dwParam1 == my_session) {
            heard.busy += message->dwParam3 == LINEAGENTSESSIONSTATE_BUSYONCALL;
            heard.wrap_up += message->dwParam3 == LINEAGENTSESSIONSTATE_BUSYWRAPUP;
        }
    }
    heard.agents += message->dwMessageID == LINE_AGENTSTATUSEX;
    heard.queues += message->dwMessageID == LINE_QUEUESTATUS;
    heard.statuses += message->dwMessageID == LINE_PROXYSTATUS;
}

/* Waits for the reply to a request, and returns its result. */
static LONG reply(HLINEAPP app, HANDLE event, LONG request)
{
    LINEMESSAGE message;
    if (request <= 0)
        return request;
    for (int messages = 0; messages < 100000; messages++) {
        CHECK(WaitForSingleObject(event, 30000), WAIT_OBJECT_0);
        CHECK(lineGetMessage(app, &message, 0), 0);
        if (message.dwMessageID == LINE_REPLY && message.dwParam1 == (DWORD_PTR)request)
            return (LONG)message.dwParam2;
        hear(&message);
    }
    return LINEERR_OPERATIONFAILED;
}

static HLINEAPP initialize(HANDLE *event, DWORD *devices)
{
    LINEINITIALIZEEXPARAMS params;
    HLINEAPP app = 0;
    DWORD version = VERSION;
    memset(&params, 0, sizeof params);
    params.dwTotalSize = sizeof params;
    params.dwOptions = LINEINITIALIZEEXOPTION_USEEVENT;
    CHECK(lineInitializeExW(NULL, NULL, NULL, L"client", devices, &version, &params), LINEERR_INVALPOINTER);
    CHECK(lineInitializeExW(&app, NULL, NULL, L"client", devices, &version, &params), 0);
    HOLDS(version >= VERSION && params.dwUsedSize == sizeof params && params.Handles.hEvent);
    *event = params.Handles.hEvent;
    return app;
}

static void print_statistics(HLINEAPP app, HANDLE event, HLINE line, HAGENT agent, HAGENTSESSION session)
{
    LINEAGENTSESSIONINFO of_session = {sizeof of_session};
    LINEAGENTINFO of_agent = {sizeof of_agent};
    LINEAGENTSESSIONINFO small = {8};
    CHECK(lineGetAgentSessionInfo(line, session, NULL), LINEERR_INVALPOINTER);
    CHECK(lineGetAgentSessionInfo(line, session, &small), LINEERR_STRUCTURETOOSMALL);
    CHECK(reply(app, event, lineGetAgentSessionInfo(line, session, &of_session)), 0);
    CHECK(of_session.dwUsedSize, sizeof of_session);
    printf("session: state 0x%lx, start %.6f, %lu s, %lu calls, talk %lu/%lu s, call %lu/%lu s, wrap-up %lu/%lu s, "
           "rate %lld/10000, to answer %lu longest, %lu on average\n",
           of_session.dwAgentSessionState, of_session.dateSessionStartTime, of_session.dwSessionDuration,
           of_session.dwNumberOfCalls, of_session.dwTotalTalkTime, of_session.dwAverageTalkTime,
           of_session.dwTotalCallTime, of_session.dwAverageCallTime, of_session.dwTotalWrapUpTime,
           of_session.dwAverageWrapUpTime, (long long)of_session.cyACDCallRate.int64, of_session.dwLongestTimeToAnswer,
           of_session.dwAverageTimeToAnswer);
    HOLDS(of_session.dwNumberOfCalls > 0 && of_session.dwTotalTalkTime > 0);
    CHECK(reply(app, event, lineGetAgentInfo(line, agent, &of_agent)), 0);
    printf("agent: state 0x%lx, period %lu s, overall rate %lld/10000, %lu ACD calls, %lu in, %lu out, talk %lu s, call %lu s, "
           "wrap-up %lu s\n",
           of_agent.dwAgentState, of_agent.dwMeasurementPeriod, (long long)of_agent.cyOverallCallRate.int64,
           of_agent.dwNumberOfACDCalls, of_agent.dwNumberOfIncomingCalls, of_agent.dwNumberOfOutgoingCalls,
           of_agent.dwTotalACDTalkTime, of_agent.dwTotalACDCallTime, of_agent.dwTotalACDWrapUpTime);
    HOLDS(of_agent.dwNumberOfACDCalls >= of_session.dwNumberOfCalls);
}

/* The agent's program, on the device of the simulated handler. */
static void client(void)
{
    HANDLE event;
    DWORD devices, version;
    LINEEXTENSIONID extension;
    HLINEAPP app = initialize(&event, &devices);
    HLINE line;
    HAGENT agent = 0;
    HAGENTSESSION session = 0;
    char buffer[4096], ansi_buffer[4096];
    LINEAGENTGROUPLIST *groups = (LINEAGENTGROUPLIST *)buffer, *ansi = (LINEAGENTGROUPLIST *)ansi_buffer;
    LINEAGENTGROUPENTRY *group;
    LINEQUEUELIST *queues = (LINEQUEUELIST *)buffer;
    LINEAGENTSESSIONLIST *sessions = (LINEAGENTSESSIONLIST *)buffer;
    LINEAGENTSESSIONENTRY *entry;
    LINEQUEUEINFO queue = {sizeof queue};
    LINEAGENTGROUPLIST short_list = {sizeof short_list};
    LINEPROXYREQUESTLIST *served = (LINEPROXYREQUESTLIST *)buffer;
    GUID guid;
    DWORD queue_id;
    WCHAR name[64] = {0};

    printf("%lu line devices\n", devices);
    CHECK(devices, 2);
    CHECK(lineNegotiateAPIVersion(app, 0, 0x00020000, VERSION, &version, &extension), 0);
    CHECK(version, VERSION);
    CHECK(lineNegotiateAPIVersion(app, 7, 0x00020000, VERSION, &version, &extension), LINEERR_BADDEVICEID);
    CHECK(lineOpenW(app, 7, &line, VERSION, 0, 0, LINECALLPRIVILEGE_NONE, 0, NULL), LINEERR_BADDEVICEID);
    CHECK(lineOpenW(app, 0, &line, VERSION, 0, 42, LINECALLPRIVILEGE_NONE, 0, NULL), 0);
    {
        LINEDEVCAPS *caps = (LINEDEVCAPS *)buffer;
        LINEADDRESSCAPS *address = (LINEADDRESSCAPS *)buffer;
        DWORD addresses;
        memset(buffer, 0, sizeof buffer);
        caps->dwTotalSize = 100;
        CHECK(lineGetDevCapsW(app, 0, VERSION, 0, caps), LINEERR_STRUCTURETOOSMALL);
        CHECK(lineGetDevCapsW(app, 9, VERSION, 0, caps), LINEERR_BADDEVICEID);
        caps->dwTotalSize = sizeof *caps;
        CHECK(lineGetDevCapsW(app, 0, VERSION, 0, caps), 0);
        HOLDS(caps->dwNeededSize > sizeof *caps && caps->dwUsedSize == sizeof *caps && caps->dwLineNameSize == 0);
        caps->dwTotalSize = sizeof buffer;
        CHECK(lineGetDevCapsW(app, 0, VERSION, 0, caps), 0);
        CHECK(caps->dwStringFormat, STRINGFORMAT_UNICODE);
        addresses = caps->dwNumAddresses;
        printf("line %ls of %lu addresses, of %ls\n", (WCHAR *)(buffer + caps->dwLineNameOffset), addresses,
               (WCHAR *)(buffer + caps->dwProviderInfoOffset));
        memset(buffer, 0, sizeof buffer);
        address->dwTotalSize = sizeof buffer;
        CHECK(lineGetAddressCapsA(app, 0, addresses, VERSION, 0, address), LINEERR_INVALADDRESSID);
        CHECK(lineGetAddressCapsA(app, 0, addresses - 1, VERSION, 0, address), 0);
        printf("the last address is %s\n", buffer + address->dwAddressOffset);
    }
    memset(buffer, 0, sizeof buffer);
    served->dwTotalSize = sizeof buffer;
    CHECK(lineGetProxyStatus(app, 0, VERSION, served), 0);
    printf("%lu types of requests are served\n", served->dwNumEntries);

    /* The groups, in both forms; a buffer that is too small says how much is needed. */
    CHECK(reply(app, event, lineGetGroupListW(line, &short_list)), 0);
    HOLDS(short_list.dwNeededSize > short_list.dwTotalSize);
    memset(buffer, 0, sizeof buffer);
    groups->dwTotalSize = sizeof buffer;
    CHECK(reply(app, event, lineGetGroupListW(line, groups)), 0);
    CHECK(groups->dwNumEntries, 1);
    CHECK(groups->dwUsedSize, short_list.dwNeededSize);
    group = (LINEAGENTGROUPENTRY *)(buffer + groups->dwListOffset);
    memcpy(name, buffer + group->dwNameOffset, group->dwNameSize);
    memcpy(&guid, &group->GroupID, sizeof guid);
    memset(ansi_buffer, 0, sizeof ansi_buffer);
    ansi->dwTotalSize = sizeof ansi_buffer;
    CHECK(reply(app, event, lineGetGroupListA(line, ansi)), 0);
    group = (LINEAGENTGROUPENTRY *)(ansi_buffer + ansi->dwListOffset);
    printf("group: %ls, in ANSI %s\n", name, ansi_buffer + group->dwNameOffset);
    for (int place = 0; name[place]; place++)
        CHECK(ansi_buffer[group->dwNameOffset + place], name[place]);
    HOLDS(name[0]);

    CHECK(lineCreateAgentW(line, NULL, NULL, NULL), LINEERR_INVALPOINTER);
    CHECK(lineCreateAgentW(line + 77, NULL, NULL, &agent), LINEERR_INVALLINEHANDLE);
    CHECK(reply(app, event, lineCreateAgentW(line, NULL, NULL, &agent)), 0);
    HOLDS(agent);
    CHECK(reply(app, event, lineCreateAgentSessionW(line, agent, NULL, 4711, &guid, &session)), LINEERR_INVALPARAM);
    CHECK(session, 0);
    CHECK(reply(app, event, lineCreateAgentSessionW(line, agent, NULL, 4, &guid, &session)), 0);
    HOLDS(session);
    my_session = session;
    memset(buffer, 0, sizeof buffer);
    sessions->dwTotalSize = sizeof buffer;
    CHECK(reply(app, event, lineGetAgentSessionList(line, agent, sessions)), 0);
    CHECK(sessions->dwNumEntries, 1);
    entry = (LINEAGENTSESSIONENTRY *)(buffer + sessions->dwListOffset);
    CHECK(entry->hAgentSession, session);
    CHECK(entry->hAgent, agent);
    CHECK(entry->dwWorkingAddressID, 4);
    HOLDS(IsEqualGUID(&entry->GroupID, &guid));
    CHECK(reply(app, event, lineSetAgentMeasurementPeriod(line, agent, 0)), LINEERR_INVALPARAM);
    CHECK(reply(app, event, lineSetAgentMeasurementPeriod(line, agent, 7200)), 0);
    CHECK(reply(app, event, lineSetAgentSessionState(line, session, 64, 0)), LINEERR_INVALAGENTSTATE);
    CHECK(reply(app, event, lineSetAgentSessionState(line, session, LINEAGENTSESSIONSTATE_READY, 0)), 0);

    /* Working, until a call has been talked and wrapped up. */
    for (int messages = 0; messages < 100000 && !heard.wrap_up; messages++) {
        LINEMESSAGE message;
        LONG got = lineGetMessage(app, &message, 30000);
        CHECK(got, 0);
        CHECK(message.dwCallbackInstance, 42);
        hear(&message);
    }
    HOLDS(heard.busy > 0 && heard.wrap_up > 0 && heard.agents > 0 && heard.queues > 0);
    print_statistics(app, event, line, agent, session);

    memset(buffer, 0, sizeof buffer);
    queues->dwTotalSize = sizeof buffer;
    CHECK(reply(app, event, lineGetQueueListW(line, &guid, queues)), 0);
    CHECK(queues->dwNumEntries, 1);
    queue_id = ((LINEQUEUEENTRY *)(buffer + queues->dwListOffset))->dwQueueID;
    CHECK(reply(app, event, lineSetQueueMeasurementPeriod(line, queue_id, 1800)), 0);
    CHECK(reply(app, event, lineGetQueueInfo(line, queue_id, &queue)), 0);
    printf("queue: period %lu s, %lu queued, %lu now, %lu abandoned, in %lu, out %lu, longest ever %lu s, now %lu s, average %lu s, "
           "final %lu\n",
           queue.dwMeasurementPeriod, queue.dwTotalCallsQueued, queue.dwCurrentCallsQueued, queue.dwTotalCallsAbandoned,
           queue.dwTotalCallsFlowedIn, queue.dwTotalCallsFlowedOut, queue.dwLongestEverWaitTime,
           queue.dwCurrentLongestWaitTime, queue.dwAverageWaitTime, queue.dwFinalDisposition);
    CHECK(queue.dwMeasurementPeriod, 1800);

    CHECK(reply(app, event, lineSetAgentStateEx(line, agent, LINEAGENTSTATEEX_NOTREADY, 0)), 0);
    CHECK(reply(app, event, lineSetAgentSessionState(line, session, LINEAGENTSESSIONSTATE_ENDED, 0)), 0);
    CHECK(lineProxyMessage(line, 0, LINE_QUEUESTATUS, 0, 0, 0), LINEERR_NOTREGISTERED);
    CHECK(lineClose(line), 0);
    CHECK(lineClose(line), LINEERR_INVALLINEHANDLE);
    CHECK(lineShutdown(app), 0);
    CHECK(lineShutdown(app), LINEERR_UNINITIALIZED);
    printf("client: %ld messages of sessions, %ld of agents, %ld of queues\n", heard.sessions, heard.agents, heard.queues);
}

/* The proxy: agents and sessions are numbers, and a session's statistics are what the proxy says. */
typedef struct Proxy {
    HLINEAPP app;
    HLINE line;
    HANDLE event;
    LONG requests[32];
    volatile LONG ends;
} Proxy;

static DWORD answer(LINEPROXYREQUEST *request)
{
    switch (request->dwRequestType) {
    case LINEPROXYREQUEST_CREATEAGENT:
        request->CreateAgent.hAgent = 0x1001;
        return 0;
    case LINEPROXYREQUEST_CREATEAGENTSESSION:
        if (request->CreateAgentSession.hAgent != 0x1001)
            return (DWORD)LINEERR_INVALAGENTID;
        request->CreateAgentSession.hAgentSession = 0x2002;
        return 0;
    case LINEPROXYREQUEST_GETAGENTSESSIONINFO: {
        LINEAGENTSESSIONINFO *info = &request->GetAgentSessionInfo.SessionInfo;
        if (request->GetAgentSessionInfo.hAgentSession != 0x2002)
            return (DWORD)LINEERR_INVALPARAM;
        info->dwNeededSize = info->dwUsedSize = sizeof *info;
        info->dwAgentSessionState = LINEAGENTSESSIONSTATE_READY;
        info->dwNumberOfCalls = 12345;
        info->dateSessionStartTime = 46000.25;
        info->cyACDCallRate.int64 = 123456789;
        info->dwLongestTimeToAnswer = 99;
        return 0;
    }
    default:
        return (DWORD)LINEERR_OPERATIONUNAVAIL;
    }
}

static DWORD WINAPI serve(void *argument)
{
    Proxy *proxy = argument;
    while (!proxy->ends) {
        LINEMESSAGE message;
        if (WaitForSingleObject(proxy->event, 100) != WAIT_OBJECT_0 || lineGetMessage(proxy->app, &message, 0) != 0)
            continue;
        if (message.dwMessageID == LINE_PROXYREQUEST) {
            LINEPROXYREQUEST *request = (LINEPROXYREQUEST *)message.dwParam1;
            WCHAR *user = (WCHAR *)((char *)request + request->dwClientUserNameOffset);
            HOLDS(request->dwClientUserNameSize > 2 && user[0]);
            InterlockedIncrement(&proxy->requests[request->dwRequestType]);
            if (request->dwRequestType == LINEPROXYREQUEST_CREATEAGENTSESSION)
                CHECK(lineProxyMessage(proxy->line, 0, LINE_AGENTSESSIONSTATUS, 0x2002, LINEAGENTSESSIONSTATUS_NEWSESSION, 0), 0);
            CHECK(lineProxyResponse(proxy->line, request, answer(request)), 0);
        }
    }
    return 0;
}

static void proxy(void)
{
    static const DWORD types[] = {LINEPROXYREQUEST_CREATEAGENT, LINEPROXYREQUEST_CREATEAGENTSESSION,
                                  LINEPROXYREQUEST_GETAGENTSESSIONINFO, LINEPROXYREQUEST_GETQUEUEINFO};
    struct {
        LINECALLPARAMS params;
        DWORD types[sizeof types / sizeof *types];
    } registration;
    Proxy proxy = {0};
    HANDLE event, thread;
    DWORD devices;
    HLINEAPP app;
    HLINE line;
    HAGENT agent = 0;
    HAGENTSESSION session = 0;
    LINEAGENTSESSIONINFO info = {sizeof info};
    LINEQUEUEINFO queue = {sizeof queue};
    GUID guid = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
    LINEPROXYREQUEST nothing;

    /* The types are in the device-specific part. */
    memset(&registration, 0, sizeof registration);
    registration.params.dwTotalSize = sizeof registration;
    registration.params.dwDevSpecificSize = sizeof types;
    registration.params.dwDevSpecificOffset = (DWORD)((char *)registration.types - (char *)&registration);
    memcpy(registration.types, types, sizeof types);
    memset(&heard, 0, sizeof heard);
    proxy.app = initialize(&proxy.event, &devices);
    app = initialize(&event, &devices);
    CHECK(lineOpenW(app, 1, &line, VERSION, 0, 7, LINECALLPRIVILEGE_NONE, 0, NULL), 0);
    CHECK(lineCreateAgentW(line, NULL, NULL, &agent), LINEERR_OPERATIONUNAVAIL);
    CHECK(lineOpenW(proxy.app, 1, &proxy.line, VERSION, 0, 0, LINECALLPRIVILEGE_NONE | LINEOPENOPTION_PROXY, 0, NULL),
          LINEERR_INVALPOINTER);
    CHECK(lineOpenW(proxy.app, 1, &proxy.line, VERSION, 0, 0, LINECALLPRIVILEGE_NONE | LINEOPENOPTION_PROXY, 0,
                    &registration.params),
          0);
    thread = CreateThread(NULL, 0, serve, &proxy, 0, NULL);
    CHECK(reply(app, event, lineCreateAgentW(line, L"4711", L"0815", &agent)), 0);
    CHECK(agent, 0x1001);
    CHECK(reply(app, event, lineCreateAgentSessionA(line, agent + 1, "0815", 0, &guid, &session)), LINEERR_INVALAGENTID);
    CHECK(session, 0);
    CHECK(reply(app, event, lineCreateAgentSessionA(line, agent, "0815", 0, &guid, &session)), 0);
    CHECK(session, 0x2002);
    CHECK(heard.sessions, 2);
    HOLDS(heard.statuses > 0);
    CHECK(reply(app, event, lineGetAgentSessionInfo(line, session, &info)), 0);
    CHECK(info.dwNumberOfCalls, 12345);
    CHECK(info.cyACDCallRate.int64, 123456789);
    CHECK(info.dwLongestTimeToAnswer, 99);
    HOLDS(info.dateSessionStartTime == 46000.25);
    CHECK(reply(app, event, lineGetQueueInfo(line, 1, &queue)), LINEERR_OPERATIONUNAVAIL);
    CHECK(lineSetQueueMeasurementPeriod(line, 1, 60), LINEERR_OPERATIONUNAVAIL);
    CHECK(lineProxyResponse(proxy.line, &nothing, 0), LINEERR_INVALPARAM);
    CHECK(lineProxyResponse(line, &nothing, 0), LINEERR_INVALPARAM);
    /* A proxy that goes: what it has not answered has failed. */
    proxy.ends = 1;
    CHECK(WaitForSingleObject(thread, 30000), WAIT_OBJECT_0);
    {
        LONG request = lineGetAgentSessionInfo(line, session, &info);
        CHECK(lineClose(proxy.line), 0);
        CHECK(reply(app, event, request), LINEERR_OPERATIONFAILED);
    }
    CHECK(lineShutdown(proxy.app), 0);
    CHECK(lineShutdown(app), 0);
    printf("proxy: %ld + %ld + %ld + %ld requests were answered\n", proxy.requests[LINEPROXYREQUEST_CREATEAGENT],
           proxy.requests[LINEPROXYREQUEST_CREATEAGENTSESSION], proxy.requests[LINEPROXYREQUEST_GETAGENTSESSIONINFO],
           proxy.requests[LINEPROXYREQUEST_GETQUEUEINFO]);
}

/* The other ways to hear: a window, and a completion port. */
static volatile LONG called;
static DWORD called_on;
static LONG last_request, last_result = 1;

static void CALLBACK callback(DWORD device, DWORD message, DWORD_PTR instance, DWORD_PTR one, DWORD_PTR two, DWORD_PTR three)
{
    (void)device, (void)three;
    if (message == LINE_REPLY) {
        CHECK(instance, 11);
        last_request = (LONG)one;
        last_result = (LONG)two;
    }
    called_on = GetCurrentThreadId();
    InterlockedIncrement(&called);
}

static void window_and_port(void)
{
    HLINEAPP app;
    HLINE line;
    HAGENT agent = 0;
    DWORD devices, version = VERSION, size;
    LINEINITIALIZEEXPARAMS params = {sizeof params};
    LINEMESSAGE message, *posted;
    HANDLE port;
    ULONG_PTR key;
    OVERLAPPED *overlapped;
    LONG request;
    params.dwOptions = LINEINITIALIZEEXOPTION_USEHIDDENWINDOW;
    CHECK(lineInitializeExW(&app, NULL, NULL, L"window", &devices, &version, &params), LINEERR_INVALPOINTER);
    CHECK(lineInitializeExA(&app, NULL, callback, "window", &devices, &version, &params), 0);
    CHECK(lineOpenA(app, 0, &line, VERSION, 0, 11, LINECALLPRIVILEGE_NONE, 0, NULL), 0);
    CHECK(lineGetMessage(app, &message, 0), LINEERR_OPERATIONUNAVAIL);
    request = lineCreateAgentA(line, NULL, NULL, &agent);
    HOLDS(request > 0);
    CHECK(agent, 0);
    for (int wait = 0; wait < 400 && last_request != request; wait++) {
        MSG of_window;
        while (PeekMessageW(&of_window, NULL, 0, 0, PM_REMOVE))
            DispatchMessageW(&of_window);
        Sleep(10);
    }
    CHECK(last_request, request);
    CHECK(last_result, 0);
    HOLDS(agent && called_on == GetCurrentThreadId());
    CHECK(lineShutdown(app), 0);

    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    memset(&params, 0, sizeof params);
    params.dwTotalSize = sizeof params;
    params.dwOptions = LINEINITIALIZEEXOPTION_USECOMPLETIONPORT;
    params.Handles.hCompletionPort = port;
    params.dwCompletionKey = 77;
    CHECK(lineInitializeExW(&app, NULL, NULL, L"port", &devices, &version, &params), 0);
    CHECK(lineOpenW(app, 0, &line, VERSION, 0, 12, LINECALLPRIVILEGE_NONE, 0, NULL), 0);
    agent = 0;
    request = lineCreateAgentW(line, NULL, NULL, &agent);
    for (;;) {
        DWORD id;
        LONG of;
        CHECK(GetQueuedCompletionStatus(port, &size, &key, &overlapped, 30000), TRUE);
        CHECK(key, 77);
        posted = (LINEMESSAGE *)overlapped;
        id = posted->dwMessageID;
        of = (LONG)posted->dwParam1;
        CHECK(posted->dwCallbackInstance, 12);
        LocalFree(posted);
        if (id == LINE_REPLY && of == request)
            break;
    }
    HOLDS(agent);
    CHECK(lineShutdown(app), 0);
    CloseHandle(port);
    printf("window and completion port: %ld calls\n", called);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    LINEMESSAGE message;
    HLINE line;
    CHECK(lineGetMessage(1, &message, 0), LINEERR_UNINITIALIZED);
    CHECK(lineOpenW(1, 0, &line, VERSION, 0, 0, LINECALLPRIVILEGE_NONE, 0, NULL), LINEERR_UNINITIALIZED);
    client();
    proxy();
    window_and_port();
    HOLDS(becomes_idle("tapi32.dll"));
    printf("nothing is left; %d checks\n", checks);
    return 0;
}
