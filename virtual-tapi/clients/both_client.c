/* A proxy in C over line functions, and an agent's program over TAPI 3 in the same process, which finds the proxy as an agent
 * handler: the methods of the one become LINE_PROXYREQUESTs for the other. Then many threads at once, of both kinds of apartments. */
#include "client.h"

#define TAPI_CURRENT_VERSION 0x00020002
#include <tapi.h>
#include <tapi3if.h>
#include <tapi3cc.h>
#include <tapi3err.h>

#define VERSION 0x00020002
#define NAME_OF_GROUP L"Of the proxy"
#define NAME_OF_HANDLER L"Handler in C"

static const GUID group_guid = {0x11223344, 0x5566, 0x7788, {1, 2, 3, 4, 5, 6, 7, 8}};

typedef struct Proxy {
    HLINEAPP app;
    HLINE line;
    HANDLE event;
    volatile LONG ends, state, answered;
} Proxy;

/* Appends a text to a structure that has room for it, and returns where it is. */
static DWORD append(void *structure, const WCHAR *text, DWORD *size)
{
    DWORD *sizes = structure, offset = sizes[2];
    *size = (DWORD)(wcslen(text) + 1) * sizeof(WCHAR);
    sizes[1] += *size;
    if (offset + *size > sizes[0]) {
        *size = 0;
        return 0;
    }
    memcpy((char *)structure + offset, text, *size);
    sizes[2] += *size;
    return offset;
}

static DWORD answer(Proxy *proxy, LINEPROXYREQUEST *request)
{
    switch (request->dwRequestType) {
    case LINEPROXYREQUEST_GETAGENTCAPS: {
        LINEAGENTCAPS *caps = &request->GetAgentCaps.AgentCaps;
        DWORD *sizes = (DWORD *)caps;
        sizes[1] = sizes[2] = sizeof *caps;
        caps->dwAgentHandlerInfoOffset = append(caps, NAME_OF_HANDLER, &caps->dwAgentHandlerInfoSize);
        caps->ProxyGUID = group_guid;
        return 0;
    }
    case LINEPROXYREQUEST_GETGROUPLIST: {
        LINEAGENTGROUPLIST *list = &request->GetGroupList.GroupList;
        LINEAGENTGROUPENTRY entry;
        list->dwNeededSize = sizeof *list + sizeof entry;
        list->dwUsedSize = sizeof *list + sizeof entry;
        if (list->dwTotalSize < list->dwNeededSize) {
            list->dwUsedSize = sizeof *list;
            return 0;
        }
        memset(&entry, 0, sizeof entry);
        memcpy(&entry.GroupID, &group_guid, sizeof group_guid);
        list->dwNumEntries = 1;
        list->dwListSize = sizeof entry;
        list->dwListOffset = sizeof *list;
        entry.dwNameOffset = append(list, NAME_OF_GROUP, &entry.dwNameSize);
        memcpy(list + 1, &entry, sizeof entry);
        return 0;
    }
    case LINEPROXYREQUEST_CREATEAGENT:
        request->CreateAgent.hAgent = 77;
        return 0;
    case LINEPROXYREQUEST_CREATEAGENTSESSION:
        if (request->CreateAgentSession.hAgent != 77 || request->CreateAgentSession.dwWorkingAddressID != 2 ||
            memcmp(&request->CreateAgentSession.GroupID, &group_guid, sizeof group_guid))
            return (DWORD)LINEERR_INVALPARAM;
        request->CreateAgentSession.hAgentSession = 88;
        return 0;
    case LINEPROXYREQUEST_SETAGENTSESSIONSTATE:
        if (request->SetAgentSessionState.hAgentSession != 88)
            return (DWORD)LINEERR_INVALPARAM;
        if (request->SetAgentSessionState.dwAgentSessionState == LINEAGENTSESSIONSTATE_BUSYONCALL)
            return (DWORD)LINEERR_INVALAGENTSTATE;
        proxy->state = request->SetAgentSessionState.dwAgentSessionState;
        CHECK(lineProxyMessage(proxy->line, 0, LINE_AGENTSESSIONSTATUS, 88, LINEAGENTSESSIONSTATUS_STATE, proxy->state), 0);
        return 0;
    case LINEPROXYREQUEST_GETAGENTSESSIONINFO: {
        LINEAGENTSESSIONINFO *info = &request->GetAgentSessionInfo.SessionInfo;
        info->dwNeededSize = info->dwUsedSize = sizeof *info;
        info->dwAgentSessionState = proxy->state;
        info->dwNumberOfCalls = 4321;
        info->dwLongestTimeToAnswer = 59;
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
        LINEPROXYREQUEST *request;
        if (WaitForSingleObject(proxy->event, 50) != WAIT_OBJECT_0 || lineGetMessage(proxy->app, &message, 0) != 0 ||
            message.dwMessageID != LINE_PROXYREQUEST)
            continue;
        request = (LINEPROXYREQUEST *)message.dwParam1;
        CHECK(lineProxyResponse(proxy->line, request, answer(proxy, request)), 0);
        InterlockedIncrement(&proxy->answered);
    }
    return 0;
}

static void open_proxy(Proxy *proxy)
{
    static struct {
        LINECALLPARAMS params;
        DWORD types[20];
    } registration;
    LINEINITIALIZEEXPARAMS params;
    DWORD devices, version = VERSION, count = 0;
    memset(&params, 0, sizeof params);
    params.dwTotalSize = sizeof params;
    params.dwOptions = LINEINITIALIZEEXOPTION_USEEVENT;
    CHECK(lineInitializeExW(&proxy->app, NULL, NULL, L"proxy", &devices, &version, &params), 0);
    proxy->event = params.Handles.hEvent;
    for (DWORD type = LINEPROXYREQUEST_SETAGENTGROUP; type <= LINEPROXYREQUEST_SETAGENTSTATEEX; type++)
        registration.types[count++] = type;
    CHECK(count, 20);
    registration.params.dwTotalSize = sizeof registration;
    registration.params.dwDevSpecificSize = sizeof registration.types;
    registration.params.dwDevSpecificOffset = (DWORD)((char *)registration.types - (char *)&registration);
    CHECK(lineOpenW(proxy->app, devices - 1, &proxy->line, VERSION, 0, 0, LINECALLPRIVILEGE_NONE | LINEOPENOPTION_PROXY, 0,
                    &registration.params),
          0);
}

/* What a thread of another apartment does with a session that was marshalled for it. */
typedef struct Passed {
    IStream *stream;
    ITAgentSession *session;
} Passed;

static DWORD WINAPI other_apartment(void *argument)
{
    Passed *passed = argument;
    ITAgentSession *session;
    long calls;
    CHECK(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED), S_OK);
    CHECK(CoGetInterfaceAndReleaseStream(passed->stream, &IID_OF_SESSION, (void **)&session), S_OK);
    /* The marshaler has handed the pointer itself over. */
    HOLDS(session == passed->session);
    CHECK(ITAgentSession_get_NumberOfCalls(session, &calls), S_OK);
    CHECK(calls, 4321);
    ITAgentSession_Release(session);
    CoUninitialize();
    return 0;
}

static void work_with_proxy(void)
{
    Proxy proxy = {0};
    HANDLE thread, other;
    ITTAPI *tapi;
    ITTAPICallCenter *center;
    IEnumAgentHandler *handlers;
    ITAgentHandler *all[3] = {0}, *handler;
    IEnumACDGroup *groups;
    IEnumAddress *addresses;
    ITACDGroup *group, *group_of_other;
    ITAddress *address[3] = {0};
    ITAgent *agent;
    ITAgentSession *session = NULL;
    AGENT_SESSION_STATE state;
    Passed passed;
    BSTR name;
    ULONG fetched;
    long value;

    CHECK(CoInitializeEx(NULL, COINIT_MULTITHREADED), S_OK);
    CHECK(CoCreateInstance(&CLSID_OF_TAPI, NULL, CLSCTX_INPROC_SERVER, &IID_OF_ITTAPI, (void **)&tapi), S_OK);
    CHECK(ITTAPI_Initialize(tapi), S_OK);
    CHECK(ITTAPI_QueryInterface(tapi, &IID_OF_CALLCENTER, (void **)&center), S_OK);
    open_proxy(&proxy);
    thread = CreateThread(NULL, 0, serve, &proxy, 0, NULL);
    /* The handler comes as soon as everything of it is served. */
    for (int wait = 0; wait < 100; wait++) {
        CHECK(ITTAPICallCenter_EnumerateAgentHandlers(center, &handlers), S_OK);
        IEnumAgentHandler_Next(handlers, 3, all, &fetched);
        IEnumAgentHandler_Release(handlers);
        if (fetched == 2)
            break;
        ITAgentHandler_Release(all[0]);
        Sleep(50);
    }
    CHECK(fetched, 2);
    handler = all[1];
    CHECK(ITAgentHandler_get_Name(handler, &name), S_OK);
    printf("handlers: 2, the second is %ls\n", name);
    CHECK(wcscmp(name, NAME_OF_HANDLER), 0);
    SysFreeString(name);
    CHECK(ITAgentHandler_EnumerateACDGroups(handler, &groups), S_OK);
    CHECK(IEnumACDGroup_Next(groups, 1, &group, &fetched), S_OK);
    IEnumACDGroup_Release(groups);
    CHECK(ITACDGroup_get_Name(group, &name), S_OK);
    CHECK(wcscmp(name, NAME_OF_GROUP), 0);
    SysFreeString(name);
    CHECK(ITAgentHandler_EnumerateUsableAddresses(handler, &addresses), S_OK);
    CHECK(IEnumAddress_Next(addresses, 3, address, &fetched), S_OK);
    IEnumAddress_Release(addresses);
    CHECK(ITAgentHandler_EnumerateACDGroups(all[0], &groups), S_OK);
    CHECK(IEnumACDGroup_Next(groups, 1, &group_of_other, NULL), S_OK);
    IEnumACDGroup_Release(groups);

    CHECK(ITAgentHandler_CreateAgent(handler, &agent), S_OK);
    CHECK(ITAgent_CreateSession(agent, group_of_other, address[2], &session), E_INVALIDARG);
    /* The proxy refuses the first address. */
    CHECK(ITAgent_CreateSession(agent, group, address[0], &session), E_INVALIDARG);
    CHECK(ITAgent_CreateSession(agent, group, address[2], &session), S_OK);
    CHECK(ITAgentSession_put_State(session, ASST_READY), S_OK);
    CHECK(proxy.state, LINEAGENTSESSIONSTATE_READY);
    CHECK(ITAgentSession_put_State(session, ASST_BUSY_ON_CALL), TAPI_E_CALLCENTER_INVALAGENTSTATE);
    CHECK(ITAgentSession_get_State(session, &state), S_OK);
    CHECK(state, ASST_READY);
    CHECK(ITAgentSession_get_NumberOfCalls(session, &value), S_OK);
    CHECK(value, 4321);
    CHECK(ITAgentSession_get_LongestTimeToAnswer(session, &value), S_OK);
    CHECK(value, 59);
    CHECK(ITAgent_get_NumberOfACDCalls(agent, &value), TAPI_E_NOTSUPPORTED);

    passed.session = session;
    CHECK(CoMarshalInterThreadInterfaceInStream(&IID_OF_SESSION, (IUnknown *)session, &passed.stream), S_OK);
    other = CreateThread(NULL, 0, other_apartment, &passed, 0, NULL);
    CHECK(WaitForSingleObject(other, 30000), WAIT_OBJECT_0);

    /* The proxy goes, and with it its handler. */
    proxy.ends = 1;
    CHECK(WaitForSingleObject(thread, 30000), WAIT_OBJECT_0);
    CHECK(lineShutdown(proxy.app), 0);
    CHECK(ITAgentSession_get_NumberOfCalls(session, &value), TAPI_E_NOTSUPPORTED);
    printf("the proxy has answered %ld requests\n", proxy.answered);

    CHECK(ITAgentSession_Release(session), 0);
    CHECK(ITAgent_Release(agent), 0);
    for (int place = 0; place < 3; place++)
        CHECK(ITAddress_Release(address[place]), 0);
    CHECK(ITACDGroup_Release(group), 0);
    CHECK(ITACDGroup_Release(group_of_other), 0);
    CHECK(ITAgentHandler_Release(all[0]), 0);
    CHECK(ITAgentHandler_Release(all[1]), 0);
    ITTAPICallCenter_Release(center);
    /* Without Shutdown: the last reference does it. */
    CHECK(ITTAPI_Release(tapi), 0);
    CoUninitialize();
}

#define THREADS 8
#define ROUNDS 12

static volatile LONG rounds;
static ITTAPI *shared;

/* Opens TAPI, works, and leaves, again and again; half of the threads with one TAPI object for all. */
static DWORD WINAPI crowd(void *argument)
{
    int number = (int)(INT_PTR)argument;
    CHECK(CoInitializeEx(NULL, number % 2 ? COINIT_APARTMENTTHREADED : COINIT_MULTITHREADED), S_OK);
    for (int round = 0; round < ROUNDS; round++) {
        ITTAPI *tapi = shared;
        ITTAPICallCenter *center;
        IEnumAgentHandler *handlers;
        ITAgentHandler *handler;
        IEnumACDGroup *groups;
        ITACDGroup *group;
        IEnumAddress *addresses;
        ITAddress *address;
        ITAgent *agent;
        ITAgentSession *session;
        VARIANT listed;
        long duration;
        if (number < THREADS / 2) {
            CHECK(CoCreateInstance(&CLSID_OF_TAPI, NULL, CLSCTX_INPROC_SERVER, &IID_OF_ITTAPI, (void **)&tapi), S_OK);
            CHECK(ITTAPI_Initialize(tapi), S_OK);
        }
        CHECK(ITTAPI_QueryInterface(tapi, &IID_OF_CALLCENTER, (void **)&center), S_OK);
        CHECK(ITTAPICallCenter_EnumerateAgentHandlers(center, &handlers), S_OK);
        CHECK(IEnumAgentHandler_Next(handlers, 1, &handler, NULL), S_OK);
        CHECK(ITAgentHandler_EnumerateACDGroups(handler, &groups), S_OK);
        CHECK(IEnumACDGroup_Next(groups, 1, &group, NULL), S_OK);
        CHECK(ITAgentHandler_EnumerateUsableAddresses(handler, &addresses), S_OK);
        CHECK(IEnumAddress_Next(addresses, 1, &address, NULL), S_OK);
        CHECK(ITAgentHandler_CreateAgent(handler, &agent), S_OK);
        CHECK(ITAgent_CreateSession(agent, group, address, &session), S_OK);
        CHECK(ITAgentSession_put_State(session, ASST_READY), S_OK);
        CHECK(ITAgentSession_get_SessionDuration(session, &duration), S_OK);
        VariantInit(&listed);
        CHECK(ITAgent_get_AgentSessions(agent, &listed), S_OK);
        CHECK(V_VT(&listed), VT_DISPATCH);
        VariantClear(&listed);
        CHECK(ITAgentSession_put_State(session, ASST_SESSION_ENDED), S_OK);
        CHECK(ITAgentSession_Release(session), 0);
        CHECK(ITAgent_Release(agent), 0);
        ITAddress_Release(address);
        IEnumAddress_Release(addresses);
        ITACDGroup_Release(group);
        IEnumACDGroup_Release(groups);
        ITAgentHandler_Release(handler);
        IEnumAgentHandler_Release(handlers);
        ITTAPICallCenter_Release(center);
        if (tapi != shared) {
            CHECK(ITTAPI_Shutdown(tapi), S_OK);
            CHECK(ITTAPI_Release(tapi), 0);
        }
        InterlockedIncrement(&rounds);
    }
    CoUninitialize();
    return 0;
}

static void crowds(void)
{
    HANDLE threads[THREADS];
    CHECK(CoInitializeEx(NULL, COINIT_MULTITHREADED), S_OK);
    CHECK(CoCreateInstance(&CLSID_OF_TAPI, NULL, CLSCTX_INPROC_SERVER, &IID_OF_ITTAPI, (void **)&shared), S_OK);
    CHECK(ITTAPI_Initialize(shared), S_OK);
    for (int number = 0; number < THREADS; number++)
        threads[number] = CreateThread(NULL, 0, crowd, (void *)(INT_PTR)number, 0, NULL);
    CHECK(WaitForMultipleObjects(THREADS, threads, TRUE, 120000), WAIT_OBJECT_0);
    CHECK(ITTAPI_Shutdown(shared), S_OK);
    CHECK(ITTAPI_Release(shared), 0);
    CoUninitialize();
    CHECK(rounds, THREADS * ROUNDS);
    printf("%d threads made %ld agents\n", THREADS, rounds);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    work_with_proxy();
    HOLDS(becomes_idle("tapi32.dll"));
    crowds();
    HOLDS(becomes_idle("tapi32.dll"));
    printf("nothing is left; %d checks\n", checks);
    return 0;
}
