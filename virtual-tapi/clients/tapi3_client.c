/* An agent's program in C over TAPI 3, through the tables of functions that mingw-w64's headers declare: it works as an agent,
 * hears of events in a multithreaded and in a single-threaded apartment, prints every statistic, and leaves nothing behind. */
#include "client.h"

#include <tapi3if.h>
#include <tapi3cc.h>
#include <tapi3err.h>

/* A sink: counts the events, and keeps which sessions' states it has heard of and on which thread. */
typedef struct Sink {
    ITTAPIEventNotification iface;
    LONG references;
    LONG agent_events, session_events, seen_states, wrong_threads;
    DWORD thread;
    /* The session whose states it looks at. */
    ITAgentSession *session;
} Sink;

static HRESULT WINAPI sink_query(ITTAPIEventNotification *iface, REFIID riid, void **object)
{
    if (IsEqualGUID(riid, &IID_IUnknown) || IsEqualGUID(riid, &IID_OF_NOTIFICATION)) {
        ITTAPIEventNotification_AddRef(iface);
        *object = iface;
        return S_OK;
    }
    *object = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI sink_add_ref(ITTAPIEventNotification *iface)
{
    return InterlockedIncrement(&((Sink *)iface)->references);
}

static ULONG WINAPI sink_release(ITTAPIEventNotification *iface)
{
    return InterlockedDecrement(&((Sink *)iface)->references);
}

static HRESULT WINAPI sink_event(ITTAPIEventNotification *iface, TAPI_EVENT event, IDispatch *object)
{
    Sink *sink = (Sink *)iface;
    if (sink->thread && sink->thread != GetCurrentThreadId())
        InterlockedIncrement(&sink->wrong_threads);
    if (event == TE_AGENTSESSION) {
        ITAgentSessionEvent *of;
        ITAgentSession *session;
        AGENT_SESSION_EVENT what;
        AGENT_SESSION_STATE state;
        CHECK(IDispatch_QueryInterface(object, &IID_OF_SESSION_EVENT, (void **)&of), S_OK);
        CHECK(ITAgentSessionEvent_get_Event(of, &what), S_OK);
        CHECK(ITAgentSessionEvent_get_Session(of, &session), S_OK);
        /* A client calls from its sink. */
        CHECK(ITAgentSession_get_State(session, &state), S_OK);
        /* One object is one object, in an event too. */
        if (session == sink->session)
            InterlockedOr(&sink->seen_states, 1 << what);
        InterlockedIncrement(&sink->session_events);
        ITAgentSession_Release(session);
        ITAgentSessionEvent_Release(of);
    } else if (event == TE_AGENT) {
        ITAgentEvent *of;
        AGENT_EVENT what;
        CHECK(IDispatch_QueryInterface(object, &IID_OF_AGENT_EVENT, (void **)&of), S_OK);
        CHECK(ITAgentEvent_get_Event(of, &what), S_OK);
        InterlockedIncrement(&sink->agent_events);
        ITAgentEvent_Release(of);
    }
    return S_OK;
}

static ITTAPIEventNotificationVtbl sink_table = {sink_query, sink_add_ref, sink_release, sink_event};

static void init_sink(Sink *sink)
{
    memset(sink, 0, sizeof *sink);
    sink->iface.lpVtbl = &sink_table;
    sink->references = 1;
}

static DWORD advise(ITTAPI *tapi, Sink *sink, IConnectionPoint **point)
{
    IConnectionPointContainer *container;
    DWORD cookie;
    GUID iid;
    CHECK(ITTAPI_QueryInterface(tapi, &IID_IConnectionPointContainer, (void **)&container), S_OK);
    CHECK(IConnectionPointContainer_FindConnectionPoint(container, &IID_IDispatch, point), CONNECT_E_NOCONNECTION);
    CHECK(IConnectionPointContainer_FindConnectionPoint(container, &IID_OF_NOTIFICATION, point), S_OK);
    CHECK(IConnectionPoint_GetConnectionInterface(*point, &iid), S_OK);
    HOLDS(IsEqualGUID(&iid, &IID_OF_NOTIFICATION));
    CHECK(IConnectionPoint_Advise(*point, (IUnknown *)&sink->iface, &cookie), S_OK);
    IConnectionPointContainer_Release(container);
    return cookie;
}

/* What a client asks for first, and the objects that it goes on with. */
typedef struct Desk {
    ITTAPI *tapi;
    ITTAPICallCenter *center;
    ITAgentHandler *handler;
    ITACDGroup *group;
    ITAddress *address;
} Desk;

static void open_desk(Desk *desk)
{
    IEnumAgentHandler *handlers;
    IEnumACDGroup *groups;
    IEnumAddress *addresses;
    ITAgentHandler *again;
    ULONG fetched = 99;
    CHECK(CoCreateInstance(&CLSID_OF_TAPI, NULL, CLSCTX_INPROC_SERVER, &IID_OF_ITTAPI, (void **)&desk->tapi), S_OK);
    CHECK(ITTAPI_QueryInterface(desk->tapi, &IID_OF_CALLCENTER, (void **)&desk->center), S_OK);
    CHECK(ITTAPICallCenter_EnumerateAgentHandlers(desk->center, &handlers), E_INVALIDARG);
    CHECK(ITTAPI_Shutdown(desk->tapi), S_FALSE);
    CHECK(ITTAPI_Initialize(desk->tapi), S_OK);
    CHECK(ITTAPI_Initialize(desk->tapi), S_FALSE);
    CHECK(ITTAPICallCenter_EnumerateAgentHandlers(desk->center, NULL), E_POINTER);
    CHECK(ITTAPICallCenter_EnumerateAgentHandlers(desk->center, &handlers), S_OK);
    CHECK(IEnumAgentHandler_Next(handlers, 1, NULL, &fetched), E_POINTER);
    CHECK(IEnumAgentHandler_Next(handlers, 1, &desk->handler, NULL), S_OK);
    CHECK(IEnumAgentHandler_Next(handlers, 1, &again, &fetched), S_FALSE);
    CHECK(fetched, 0);
    CHECK(IEnumAgentHandler_Reset(handlers), S_OK);
    CHECK(IEnumAgentHandler_Next(handlers, 1, &again, &fetched), S_OK);
    CHECK(fetched, 1);
    /* One object is one object. */
    HOLDS(again == desk->handler);
    ITAgentHandler_Release(again);
    CHECK(IEnumAgentHandler_Release(handlers), 0);
    CHECK(ITAgentHandler_EnumerateACDGroups(desk->handler, &groups), S_OK);
    CHECK(IEnumACDGroup_Next(groups, 1, &desk->group, &fetched), S_OK);
    CHECK(IEnumACDGroup_Release(groups), 0);
    CHECK(ITAgentHandler_EnumerateUsableAddresses(desk->handler, &addresses), S_OK);
    CHECK(IEnumAddress_Skip(addresses, 4), S_OK);
    CHECK(IEnumAddress_Next(addresses, 1, &desk->address, &fetched), S_OK);
    CHECK(IEnumAddress_Release(addresses), 0);
}

static void close_desk(Desk *desk)
{
    ITTAPI *tapi;
    CHECK(ITAddress_get_TAPIObject(desk->address, &tapi), S_OK);
    HOLDS(tapi == desk->tapi);
    ITTAPI_Release(tapi);
    CHECK(ITAddress_Release(desk->address), 0);
    CHECK(ITACDGroup_Release(desk->group), 0);
    CHECK(ITAgentHandler_Release(desk->handler), 0);
    CHECK(ITTAPI_Shutdown(desk->tapi), S_OK);
    HOLDS(ITTAPICallCenter_Release(desk->center) > 0);
    CHECK(ITTAPI_Release(desk->tapi), 0);
}

/* Identity, and what COM asks of QueryInterface. */
static void identity(Desk *desk, ITAgentSession *session)
{
    IUnknown *one, *two;
    IDispatch *dispatch;
    void *nothing = &nothing;
    CHECK(ITAgentSession_QueryInterface(session, &IID_IUnknown, (void **)&one), S_OK);
    CHECK(ITAgentSession_QueryInterface(session, &IID_IDispatch, (void **)&dispatch), S_OK);
    CHECK(IDispatch_QueryInterface(dispatch, &IID_IUnknown, (void **)&two), S_OK);
    HOLDS(one == two);
    CHECK(ITAgentSession_QueryInterface(session, &IID_OF_AGENT, &nothing), E_NOINTERFACE);
    HOLDS(nothing == NULL);
    IUnknown_Release(one);
    IUnknown_Release(two);
    IDispatch_Release(dispatch);
    /* The two interfaces of the TAPI object are of one object. */
    CHECK(ITTAPI_QueryInterface(desk->tapi, &IID_IUnknown, (void **)&one), S_OK);
    CHECK(ITTAPICallCenter_QueryInterface(desk->center, &IID_IUnknown, (void **)&two), S_OK);
    HOLDS(one == two);
    IUnknown_Release(one);
    IUnknown_Release(two);
}

/* IDispatch as an engine calls it. */
static void automation(ITAgentSession *session)
{
    IDispatch *dispatch;
    LPOLESTR names[] = {L"numberofcalls", L"Nothing"};
    DISPID dispids[2];
    DISPPARAMS none = {NULL, NULL, 0, 0}, one;
    DISPID put = DISPID_PROPERTYPUT;
    VARIANT result, argument;
    EXCEPINFO exception;
    UINT wrong = 99;
    CHECK(ITAgentSession_QueryInterface(session, &IID_IDispatch, (void **)&dispatch), S_OK);
    CHECK(IDispatch_GetIDsOfNames(dispatch, &IID_NULL, names, 1, LOCALE_USER_DEFAULT, dispids), S_OK);
    CHECK(dispids[0], 7);
    CHECK(IDispatch_GetIDsOfNames(dispatch, &IID_NULL, names + 1, 1, LOCALE_USER_DEFAULT, dispids), DISP_E_UNKNOWNNAME);
    CHECK(dispids[0], DISPID_UNKNOWN);
    VariantInit(&result);
    CHECK(IDispatch_Invoke(dispatch, 7, &IID_NULL, 0, DISPATCH_PROPERTYGET, &none, &result, NULL, NULL), S_OK);
    CHECK(V_VT(&result), VT_I4);
    CHECK(IDispatch_Invoke(dispatch, 14, &IID_NULL, 0, DISPATCH_PROPERTYGET, &none, &result, NULL, NULL), S_OK);
    CHECK(V_VT(&result), VT_CY);
    CHECK(IDispatch_Invoke(dispatch, 5, &IID_NULL, 0, DISPATCH_PROPERTYGET, &none, &result, NULL, NULL), S_OK);
    CHECK(V_VT(&result), VT_DATE);
    CHECK(IDispatch_Invoke(dispatch, 1, &IID_NULL, 0, DISPATCH_PROPERTYGET, &none, &result, NULL, NULL), S_OK);
    CHECK(V_VT(&result), VT_DISPATCH);
    VariantClear(&result);
    /* A text that is a number becomes one; one that is none does not. */
    one.rgvarg = &argument;
    one.rgdispidNamedArgs = &put;
    one.cArgs = one.cNamedArgs = 1;
    V_VT(&argument) = VT_BSTR;
    V_BSTR(&argument) = SysAllocString(L"ready");
    CHECK(IDispatch_Invoke(dispatch, 4, &IID_NULL, 0, DISPATCH_PROPERTYPUT, &one, NULL, NULL, &wrong), DISP_E_TYPEMISMATCH);
    CHECK(wrong, 0);
    VariantClear(&argument);
    V_VT(&argument) = VT_BSTR;
    V_BSTR(&argument) = SysAllocString(L"17");
    memset(&exception, 0, sizeof exception);
    CHECK(IDispatch_Invoke(dispatch, 4, &IID_NULL, 0, DISPATCH_PROPERTYPUT, &one, NULL, &exception, NULL), DISP_E_EXCEPTION);
    CHECK(exception.scode, E_INVALIDARG);
    HOLDS(exception.bstrDescription && SysStringLen(exception.bstrDescription) > 0);
    SysFreeString(exception.bstrSource);
    SysFreeString(exception.bstrDescription);
    CHECK(IDispatch_Invoke(dispatch, 4, &IID_NULL, 0, DISPATCH_PROPERTYPUT, &one, NULL, NULL, NULL), E_INVALIDARG);
    VariantClear(&argument);
    CHECK(IDispatch_Invoke(dispatch, 4, &IID_NULL, 0, DISPATCH_PROPERTYPUT, &none, NULL, NULL, NULL), DISP_E_BADPARAMCOUNT);
    CHECK(IDispatch_Invoke(dispatch, 99, &IID_NULL, 0, DISPATCH_METHOD, &none, NULL, NULL, NULL), DISP_E_MEMBERNOTFOUND);
    /* A property that is only read is not set. */
    V_VT(&argument) = VT_I4;
    V_I4(&argument) = 5;
    CHECK(IDispatch_Invoke(dispatch, 7, &IID_NULL, 0, DISPATCH_PROPERTYPUT, &one, NULL, NULL, NULL), DISP_E_MEMBERNOTFOUND);
    IDispatch_Release(dispatch);
}

/* CreateSession as an engine calls it that passes variables by reference. */
static void create_by_reference(ITAgent *agent, ITACDGroup *group, ITAddress *address)
{
    IDispatch *dispatch;
    VARIANT variables[2], arguments[2], result;
    DISPPARAMS params = {arguments, NULL, 2, 0};
    ITAgentSession *session;
    UINT wrong = 99;
    CHECK(ITAgent_QueryInterface(agent, &IID_IDispatch, (void **)&dispatch), S_OK);
    /* The last argument comes first. */
    V_VT(&variables[0]) = V_VT(&variables[1]) = VT_DISPATCH;
    V_DISPATCH(&variables[0]) = (IDispatch *)address;
    V_DISPATCH(&variables[1]) = (IDispatch *)group;
    for (int place = 0; place < 2; place++) {
        V_VT(&arguments[place]) = VT_BYREF | VT_VARIANT;
        V_VARIANTREF(&arguments[place]) = &variables[place];
    }
    VariantInit(&result);
    CHECK(IDispatch_Invoke(dispatch, 2, &IID_NULL, 0, DISPATCH_METHOD, &params, &result, NULL, NULL), S_OK);
    CHECK(V_VT(&result), VT_DISPATCH);
    CHECK(IDispatch_QueryInterface(V_DISPATCH(&result), &IID_OF_SESSION, (void **)&session), S_OK);
    VariantClear(&result);
    CHECK(ITAgentSession_put_State(session, ASST_SESSION_ENDED), S_OK);
    /* An event may have it too just now. */
    ITAgentSession_Release(session);
    V_VT(&variables[1]) = VT_I4;
    V_I4(&variables[1]) = 5;
    CHECK(IDispatch_Invoke(dispatch, 2, &IID_NULL, 0, DISPATCH_METHOD, &params, &result, NULL, &wrong), DISP_E_TYPEMISMATCH);
    CHECK(wrong, 1);
    IDispatch_Release(dispatch);
}

static void print_statistics(ITAgent *agent, ITAgentSession *session)
{
    DATE start;
    CURRENCY rate, overall;
    long duration, calls, talk, talk_average, call, call_average, wrap, wrap_average, longest, answer;
    long period, acd, incoming, outgoing, total_talk, total_call, total_wrap;
    CHECK(ITAgentSession_get_SessionStartTime(session, &start), S_OK);
    CHECK(ITAgentSession_get_SessionDuration(session, &duration), S_OK);
    CHECK(ITAgentSession_get_NumberOfCalls(session, &calls), S_OK);
    CHECK(ITAgentSession_get_TotalTalkTime(session, &talk), S_OK);
    CHECK(ITAgentSession_get_AverageTalkTime(session, &talk_average), S_OK);
    CHECK(ITAgentSession_get_TotalCallTime(session, &call), S_OK);
    CHECK(ITAgentSession_get_AverageCallTime(session, &call_average), S_OK);
    CHECK(ITAgentSession_get_TotalWrapUpTime(session, &wrap), S_OK);
    CHECK(ITAgentSession_get_AverageWrapUpTime(session, &wrap_average), S_OK);
    CHECK(ITAgentSession_get_ACDCallRate(session, &rate), S_OK);
    CHECK(ITAgentSession_get_LongestTimeToAnswer(session, &longest), S_OK);
    CHECK(ITAgentSession_get_AverageTimeToAnswer(session, &answer), S_OK);
    printf("session: start %.6f, %ld s, %ld calls, talk %ld/%ld s, call %ld/%ld s, wrap-up %ld/%ld s, rate %lld/10000, "
           "to answer %ld longest, %ld on average\n",
           start, duration, calls, talk, talk_average, call, call_average, wrap, wrap_average, (long long)rate.int64, longest, answer);
    HOLDS(start > 46000.0 && start < 47000.0);
    HOLDS(duration > 0 && calls > 0 && talk > 0);
    HOLDS(longest >= answer);
    CHECK(ITAgent_get_MeasurementPeriod(agent, &period), S_OK);
    CHECK(ITAgent_get_OverallCallRate(agent, &overall), S_OK);
    CHECK(ITAgent_get_NumberOfACDCalls(agent, &acd), S_OK);
    CHECK(ITAgent_get_NumberOfIncomingCalls(agent, &incoming), S_OK);
    CHECK(ITAgent_get_NumberOfOutgoingCalls(agent, &outgoing), S_OK);
    CHECK(ITAgent_get_TotalACDTalkTime(agent, &total_talk), S_OK);
    CHECK(ITAgent_get_TotalACDCallTime(agent, &total_call), S_OK);
    CHECK(ITAgent_get_TotalWrapUpTime(agent, &total_wrap), S_OK);
    printf("agent: period %ld s, overall rate %lld/10000, %ld ACD calls, %ld in, %ld out, talk %ld s, call %ld s, wrap-up %ld s\n",
           period, (long long)overall.int64, acd, incoming, outgoing, total_talk, total_call, total_wrap);
    CHECK(incoming, 0);
    CHECK(outgoing, 0);
    HOLDS(total_call >= total_talk);
}

/* Lets messages be dispatched while it waits, if it has to. */
static void wait_for(volatile LONG *states, LONG wanted, int dispatches)
{
    for (int wait = 0; wait < 400 && (wait == 0 || (*states & wanted) != wanted); wait++) {
        MSG message;
        while (dispatches && PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
            TranslateMessage(&message);
            DispatchMessageW(&message);
        }
        Sleep(25);
    }
    CHECK(*states & wanted, wanted);
}

#define STATE(event) (1 << (event))

static void work(DWORD apartment, const char *name)
{
    Desk desk, other;
    Sink sink;
    IConnectionPoint *point;
    DWORD cookie;
    ITAgent *agent, *of_session;
    ITAgentSession *session, *refused = NULL;
    IEnumAgentSession *sessions, *copy;
    AGENT_SESSION_STATE state;
    BSTR text, empty = NULL;
    ULONG fetched;
    CHECK(CoInitializeEx(NULL, apartment), S_OK);
    open_desk(&desk);
    init_sink(&sink);
    if (apartment == COINIT_APARTMENTTHREADED)
        sink.thread = GetCurrentThreadId();
    cookie = advise(desk.tapi, &sink, &point);
    HOLDS(sink.references > 1);
    CHECK(ITTAPI_put_EventFilter(desk.tapi, TE_AGENT | TE_AGENTSESSION | TE_AGENTHANDLER | TE_ACDGROUP | TE_QUEUE), S_OK);

    CHECK(ITAgentHandler_CreateAgent(desk.handler, NULL), E_POINTER);
    CHECK(ITAgentHandler_CreateAgentWithID(desk.handler, empty, empty, &agent), E_INVALIDARG);
    CHECK(ITAgentHandler_CreateAgent(desk.handler, &agent), S_OK);
    text = (BSTR)&sink;
    CHECK(ITAgent_get_ID(agent, &text), TAPI_E_CALLCENTER_NO_AGENT_ID);
    HOLDS(text == NULL);
    CHECK(ITAgent_get_User(agent, &text), S_OK);
    HOLDS(SysStringLen(text) > 0);
    SysFreeString(text);
    CHECK(ITAgent_CreateSession(agent, desk.group, desk.address, NULL), E_POINTER);
    refused = (ITAgentSession *)&sink;
    CHECK(ITAgent_CreateSession(agent, NULL, desk.address, &refused), E_INVALIDARG);
    HOLDS(refused == NULL);
    CHECK(ITAgent_CreateSession(agent, desk.group, NULL, &refused), E_INVALIDARG);
    /* An object that is another interface, one that is of nobody here, and one of another TAPI object. */
    CHECK(ITAgent_CreateSession(agent, (ITACDGroup *)desk.address, desk.address, &refused), E_INVALIDARG);
    CHECK(ITAgent_CreateSession(agent, (ITACDGroup *)&sink.iface, desk.address, &refused), E_INVALIDARG);
    open_desk(&other);
    CHECK(ITAgent_CreateSession(agent, other.group, desk.address, &refused), E_INVALIDARG);
    close_desk(&other);
    create_by_reference(agent, desk.group, desk.address);
    CHECK(ITAgent_CreateSession(agent, desk.group, desk.address, &session), S_OK);
    sink.session = session;
    CHECK(ITAgentSession_get_Agent(session, &of_session), S_OK);
    HOLDS(of_session == agent);
    ITAgent_Release(of_session);
    identity(&desk, session);

    CHECK(ITAgent_EnumerateAgentSessions(agent, &sessions), S_OK);
    CHECK(IEnumAgentSession_Clone(sessions, NULL), E_POINTER);
    CHECK(IEnumAgentSession_Clone(sessions, &copy), S_OK);
    CHECK(IEnumAgentSession_Skip(sessions, 2), S_FALSE);
    CHECK(IEnumAgentSession_Next(copy, 1, &refused, &fetched), S_OK);
    HOLDS(refused == session);
    ITAgentSession_Release(refused);
    CHECK(IEnumAgentSession_Release(copy), 0);
    CHECK(IEnumAgentSession_Release(sessions), 0);

    CHECK(ITAgentSession_get_State(session, &state), S_OK);
    CHECK(state, ASST_NOT_READY);
    CHECK(ITAgentSession_put_State(session, (AGENT_SESSION_STATE)17), E_INVALIDARG);
    CHECK(ITAgentSession_put_State(session, ASST_READY), S_OK);
    wait_for(&sink.seen_states, STATE(ASE_READY) | STATE(ASE_BUSY) | STATE(ASE_WRAPUP),
             apartment == COINIT_APARTMENTTHREADED);
    HOLDS(sink.agent_events > 0);
    automation(session);
    print_statistics(agent, session);

    CHECK(ITAgentSession_put_State(session, ASST_SESSION_ENDED), S_OK);
    wait_for(&sink.seen_states, STATE(ASE_END), apartment == COINIT_APARTMENTTHREADED);
    /* No event is on its way any more that has the session. */
    ITTAPI_put_EventFilter(desk.tapi, 0);
    Sleep(300);
    wait_for(&sink.seen_states, 0, 1);
    CHECK(IConnectionPoint_Unadvise(point, cookie), S_OK);
    CHECK(IConnectionPoint_Unadvise(point, cookie), CONNECT_E_NOCONNECTION);
    IConnectionPoint_Release(point);
    CHECK(ITAgentSession_Release(session), 0);
    CHECK(ITAgent_Release(agent), 0);
    close_desk(&desk);
    /* The messages that were on their way. */
    wait_for(&sink.seen_states, 0, 1);
    for (int wait = 0; wait < 100 && sink.references > 1; wait++)
        Sleep(20);
    CHECK(sink.references, 1);
    CHECK(sink.wrong_threads, 0);
    printf("%s: %ld events of sessions, %ld of agents, each where it belongs\n", name, (long)sink.session_events,
           (long)sink.agent_events);
    CoUninitialize();
}

static DWORD WINAPI single_threaded(void *nothing)
{
    (void)nothing;
    work(COINIT_APARTMENTTHREADED, "single-threaded apartment");
    return 0;
}

int main(int count, char **arguments)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    HANDLE thread;
    HMODULE library = LoadLibraryA(count > 1 ? arguments[1] : "virtual_tapi.dll");
    HOLDS(library);
    work(COINIT_MULTITHREADED, "multithreaded apartment");
    HOLDS(becomes_idle(count > 1 ? arguments[1] : "virtual_tapi.dll"));
    thread = CreateThread(NULL, 0, single_threaded, NULL, 0, NULL);
    CHECK(WaitForSingleObject(thread, 120000), WAIT_OBJECT_0);
    HOLDS(becomes_idle(count > 1 ? arguments[1] : "virtual_tapi.dll"));
    printf("nothing is left: DllCanUnloadNow says S_OK; %d checks\n", checks);
    return 0;
}
