//! The proxy, request by request.
